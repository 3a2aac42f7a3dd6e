import type { ChatRequest } from '../protocol/types.ts';

/**
 * The field of a request whose answer must come from one model as it stands, or null: several choices, calls in the old
 * `functions` form, log probabilities and sound are nothing that a verifier can correct or a panel can merge.
 */
export function oneModelField({ body }: ChatRequest): string | null {
  const { n, functions, logprobs, modalities } = body;
  if (typeof n === 'number' && n > 1) return 'n';
  if (Array.isArray(functions) && functions.length > 0) return 'functions';
  if (logprobs === true) return 'logprobs';
  return Array.isArray(modalities) && modalities.includes('audio') ? 'modalities' : null;
}
