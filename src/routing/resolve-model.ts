import type { Candidate } from '../config/schema.ts';
import type { ApiError } from '../protocol/errors.ts';
import { planError } from './errors.ts';
import { passthroughCandidate, type Pool } from './pool.ts';
import type { Mode } from './types.ts';

/** What a model name asks for. */
export type Target =
  | { kind: 'auto' }
  | { kind: 'fusion'; by: 'model' | 'mode' }
  | { kind: 'named'; mode: 'role' | 'candidate' | 'passthrough'; by: 'model' | 'mode'; candidate: Candidate };

const PREFIX = 'openfusion/';
export const AUTO_MODEL = `${PREFIX}auto`;
export const FUSION_MODEL = `${PREFIX}fusion`;

/**
 * Resolves the `model` of a request: empty is Auto; `openfusion/…` is a strategy, a role or a candidate, in this order; every
 * other id is the default upstream's business. The mode of the status bar is what Auto does.
 * Errors: 404 `model_not_found` for an unknown `openfusion/…`, naming the nearest known one.
 */
export function resolveModel(model: string, mode: Mode, pool: Pool): { ok: true; target: Target } | { ok: false; error: ApiError } {
  const wanted = model.trim();
  if (wanted === '' || wanted === AUTO_MODEL) return { ok: true, target: autoTarget(mode, pool) };
  if (wanted === FUSION_MODEL) return { ok: true, target: { kind: 'fusion', by: 'model' } };
  if (!wanted.startsWith(PREFIX)) return { ok: true, target: { kind: 'named', mode: 'passthrough', by: 'model', candidate: passthroughCandidate(wanted, pool) } };
  const name = wanted.slice(PREFIX.length);
  const ofRole = roleCandidate(name, pool);
  if (ofRole !== undefined) return { ok: true, target: { kind: 'named', mode: 'role', by: 'model', candidate: ofRole } };
  const candidate = pool.byId.get(name);
  if (candidate !== undefined) return { ok: true, target: { kind: 'named', mode: 'candidate', by: 'model', candidate } };
  return { ok: false, error: notFound(wanted, pool) };
}

/** A mode that names a role which the configuration no longer has is Auto. */
function autoTarget(mode: Mode, pool: Pool): Target {
  if (mode.kind === 'fusion') return { kind: 'fusion', by: 'mode' };
  const candidate = mode.kind === 'role' ? roleCandidate(mode.role, pool) : undefined;
  return candidate === undefined ? { kind: 'auto' } : { kind: 'named', mode: 'role', by: 'mode', candidate };
}

/** A role's own model; of a role that only candidates have, the first of them. */
export const roleCandidate = (role: string, pool: Pool): Candidate | undefined => pool.ofRole.get(role) ?? pool.byRole.get(role)?.[0];

function notFound(wanted: string, pool: Pool): ApiError {
  const known = [AUTO_MODEL, FUSION_MODEL, ...[...new Set([...pool.ofRole.keys(), ...pool.byId.keys()])].map((name) => PREFIX + name)];
  const near = nearest(wanted, known);
  const hint = near === null ? '' : ` Did you mean \`${near}\`?`;
  return planError(404, `There is no model \`${wanted.slice(0, 200)}\`.${hint} Known: ${known.slice(0, 24).join(', ')}.`, { code: 'model_not_found', param: 'model' });
}

/** The known name with the fewest letters changed, when that is at most a third of them. */
function nearest(wanted: string, known: readonly string[]): string | null {
  if (wanted.length > 120) return null;
  let best: string | null = null, least = Math.max(2, Math.floor((wanted.length - PREFIX.length) / 3)) + 1;
  for (const name of known) {
    const distance = lettersChanged(wanted, name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function lettersChanged(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
