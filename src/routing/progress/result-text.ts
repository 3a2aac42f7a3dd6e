import type { ChatMessage } from '../../protocol/types.ts';

/** At most this much of a result is read: who reports an error says so at its start or at its end. */
const HEAD_CHARS = 800, TAIL_CHARS = 2_400;

/** What a tool returned, as far as it is read, in plain lines. */
export interface ResultText {
  text: string;
  /** What the agent itself says of the outcome; null where it says nothing. */
  exitCode: number | null;
  /** The agent marks the result as a failure, or as none. */
  failed: boolean | null;
}

/** An exit code as agents tell it, before or behind the output: Codex, Claude Code, Cline, Qwen Code, pi, and their older forms. */
const EXIT_CODE = /\bexit(?:ed)?[ _]?(?:with )?(?:code|status)["'\]>]*\s*[:=]?\s*(-?\d{1,10})\b/i;
const NEAR_CHARS = 260;

/** Reads the result of a call. */
export function readResult({ content, isError }: ChatMessage): ResultText {
  const raw = textOf(content);
  const wrapped = raw.startsWith('[{"') || raw.startsWith('{"');
  const text = wrapped ? unescaped(raw) : raw;
  const success = wrapped ? lastSuccess(raw) : null;
  const code = EXIT_CODE.exec(text.slice(0, NEAR_CHARS)) ?? EXIT_CODE.exec(text.slice(-NEAR_CHARS));
  return { text, exitCode: code === null ? null : Number(code[1]), failed: isError === true ? true : success === null ? null : !success };
}

/** Cline and the older Codex wrap output into JSON. Only what is read is unescaped. */
function unescaped(text: string): string {
  const fields = text.replace(/",\s?"\w+":\s?"?/g, '\n').replace(/"(?:output|result|stdout|stderr|error|content)":\s?"/g, '\n');
  return fields.replace(/(?:\\r)?\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\"/g, '"');
}

function lastSuccess(text: string): boolean | null {
  if (/"success":\s*false/.test(text)) return false;
  return /"success":\s*true/.test(text) ? true : null;
}

function textOf(content: ChatMessage['content']): string {
  if (content === null) return '';
  if (typeof content === 'string') return windowOf(content);
  let text = '';
  for (const part of content) if (part.type === 'text') text = text === '' ? windowOf(part.text) : windowOf(`${text}\n${windowOf(part.text)}`);
  return text;
}

const windowOf = (text: string): string => (text.length <= HEAD_CHARS + TAIL_CHARS ? text : `${text.slice(0, HEAD_CHARS)}\n${text.slice(-TAIL_CHARS)}`);
