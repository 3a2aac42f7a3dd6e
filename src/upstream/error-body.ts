import { isRecord, tryParseJson, type JsonObject } from '../protocol/json.ts';

const MAX_MESSAGE_CHARS = 500;
const MAX_TEXT_CHARS = 8_192;

/** A provider's error, whatever its shape. */
export interface ErrorBody {
  /** For people; cut at 500 characters. */
  message: string;
  code: string | null;
  param: string | null;
  /** All that it says, for reading what it refuses. */
  text: string;
  /** Fields that it names as such, in path form: `messages.3.assistant.name`. */
  paths: readonly string[];
}

const NOTHING: ErrorBody = { message: '', code: null, param: null, text: '', paths: [] };

/**
 * Reads OpenAI's and Anthropic's error object, Google's list of them, pydantic's `detail` (Mistral, vLLM, FastAPI), and the provider's own
 * error inside a relay's (OpenRouter's `metadata.raw`).
 */
export function readErrorBody(body: string): ErrorBody {
  const parsed = tryParseJson(body);
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  const error: unknown = isRecord(value) ? (value['error'] ?? value) : undefined;
  if (typeof error === 'string') return { ...NOTHING, message: error.slice(0, MAX_MESSAGE_CHARS), text: error.slice(0, MAX_TEXT_CHARS) };
  if (!isRecord(error)) return NOTHING;
  const inner = innerError(error);
  const details = [error['detail'], error['message'], isRecord(value) ? value['detail'] : undefined].flatMap(complaintsOf);
  const said = typeof error['message'] === 'string' && tryParseJson(error['message']) === undefined ? error['message'] : details.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const text = inner === null || inner.message === '' ? said : `${said}: ${inner.message}`;
  return {
    message: text.slice(0, MAX_MESSAGE_CHARS),
    code: textOf(error['code']) ?? textOf(error['type']) ?? inner?.code ?? null,
    param: textOf(error['param']) ?? inner?.param ?? null,
    text: `${text} ${inner?.text ?? ''}`.trim().slice(0, MAX_TEXT_CHARS),
    paths: [...details.filter(({ extra }) => extra).map(({ path }) => path), ...(inner?.paths ?? [])],
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function innerError({ metadata }: JsonObject): ErrorBody | null {
  const raw = isRecord(metadata) ? metadata['raw'] : undefined;
  if (typeof raw !== 'string' || raw === '') return null;
  return tryParseJson(raw) === undefined ? { ...NOTHING, message: raw.slice(0, MAX_MESSAGE_CHARS), text: raw.slice(0, MAX_TEXT_CHARS) } : readErrorBody(raw);
}

interface Complaint { path: string; message: string; /** The field is one too many, not a wrong one. */ extra: boolean }

/** Pydantic's list, as it is, as JSON in a text, or one object deeper. */
function complaintsOf(value: unknown): Complaint[] {
  const list: unknown = typeof value === 'string' ? tryParseJson(value) : value;
  if (isRecord(list)) return complaintsOf(list['detail']);
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).flatMap(({ loc, msg, type }): Complaint[] => {
    if (!Array.isArray(loc)) return [];
    const message = typeof msg === 'string' ? msg : '';
    return [{ path: loc.filter((step) => step !== 'body').join('.'), message, extra: type === 'extra_forbidden' || /extra inputs/i.test(message) }];
  });
}
