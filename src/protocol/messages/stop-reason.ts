import type { FinishReason } from '../types.ts';

/** What we do not know is a plain stop; a paused turn waits for nothing but the client's next request. */
export function finishReason(reason: string): FinishReason {
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  if (reason === 'tool_use') return 'tool_calls';
  return reason === 'refusal' ? 'content_filter' : 'stop';
}

/** Agents go on by the reason alone, so it follows what was really said: some providers say `stop` behind a tool call. */
export function stopReason(finish: FinishReason | null, { called, refused }: { called: boolean; refused: boolean }): string {
  if (finish === 'length') return 'max_tokens';
  if (finish === 'content_filter' || refused) return 'refusal';
  return called ? 'tool_use' : 'end_turn';
}
