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

/** The name that is nearest to a mistyped one. */
export function nearestName(name: string, names: readonly string[]): string {
  return [...names].sort((one, other) => distance(name.toLowerCase(), one) - distance(name.toLowerCase(), other))[0] ?? '';
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
