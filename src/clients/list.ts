import { distance } from 'fastest-levenshtein';
import { aider } from './aider.ts';
import { claudeCode } from './claude-code.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueClient } from './continue.ts';
import { crush } from './crush.ts';
import { generic } from './generic.ts';
import { kilo } from './kilo.ts';
import { litellm } from './litellm.ts';
import { opencode } from './opencode.ts';
import { pi } from './pi.ts';
import { qwen } from './qwen.ts';
import type { Client } from './types.ts';
import { vscodeChat } from './vscode-chat.ts';

/** Every agent that OpenFusion knows, in the order in which they are shown. */
export const CLIENTS: readonly Client[] = [codex, claudeCode, opencode, kilo, cline, continueClient, aider, qwen, crush, pi, litellm, vscodeChat, generic];

/** The agent of this name; case and signs between words do not matter. */
export function findClient(name: string): Client | undefined {
  const wanted = plain(name);
  return CLIENTS.find(({ id, title }) => plain(id) === wanted || plain(title) === wanted) ?? CLIENTS.find(({ commands }) => commands.some((command) => plain(command) === wanted));
}

/** The name that a mistyped one was meant to be; null when none is near: a guess out of nothing only misleads. */
export function nearestName(name: string, names: readonly string[]): string | null {
  const typed = name.toLowerCase();
  const nearest = [...names].sort((one, other) => distance(typed, one) - distance(typed, other))[0];
  return nearest === undefined || distance(typed, nearest) > Math.max(2, Math.floor(typed.length / 3)) ? null : nearest;
}

/** ``; did you mean `codex`?`` for the end of a message, or nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === null ? '.' : `; did you mean \`${nearest}\`?`;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
