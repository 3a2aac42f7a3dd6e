/** Probe of `POST /messages/count_tokens`. */
import { check, type Check } from '../check.ts';
import { asNumber, asObject } from '../guards.ts';
import { type FormatRun, QUESTION } from './run.ts';

export const COUNT_TOKENS_CHECK = 'probe.messages.count-tokens';

/** Missing is a warning: Claude Code asks for it only to show how full its context is. */
export async function probeCountTokens({ client, format, model }: FormatRun): Promise<Check> {
  const reply = await client.postJson(`${format.path}/count_tokens`, { model, messages: [format.user(QUESTION)] });
  const { latencyMs } = reply;
  if (!reply.ok) return check(COUNT_TOKENS_CHECK, 'warn', reply.detail, { latencyMs, hint: 'Claude Code shows its context’s size with it.' });
  const tokens = asNumber(asObject(reply.body).input_tokens);
  if (tokens === null || tokens <= 0) return check(COUNT_TOKENS_CHECK, 'fail', 'the answer has no input_tokens', { latencyMs });
  return check(COUNT_TOKENS_CHECK, 'pass', `${tokens} tokens`, { latencyMs });
}
