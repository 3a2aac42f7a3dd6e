/** OpenAI's error object, which chat completions and Responses share. */
import { asString, isObject } from '../guards.ts';

/** What the body lacks of `{"error": {"message", "type", "param", "code"}}`; null when nothing. */
export function openAiErrorFault(value: unknown): string | null {
  if (!isObject(value)) return 'the body is not a JSON object';
  if (!isObject(value.error)) return 'the body has no error object';
  if ((asString(value.error.message) ?? '') === '') return 'the error object has no message';
  return (asString(value.error.type) ?? '') === '' ? 'the error object has no type' : null;
}
