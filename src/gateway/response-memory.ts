import { apiError, fail, type Result } from '../protocol/errors.ts';
import { isRecord, type JsonObject } from '../protocol/json.ts';
import type { ChatRequest } from '../protocol/types.ts';
import { WIRES } from '../protocol/wires.ts';

/** The contract's limits, and one of our own so that large conversations do not fill the memory. */
const MAX_RESPONSES = 200;
const MAX_AGE_MS = 3_600_000;
const MAX_BYTES = 64_000_000;

interface Remembered {
  atMs: number;
  bytes: number;
  /** Everything that was said until then: input and output items. */
  items: readonly unknown[];
  /** First response of the chain: what the conversation is known by. */
  root: string;
}

/** The conversations behind `previous_response_id`: the last 200 responses or one hour, in memory. */
export class ResponseMemory {
  readonly #known = new Map<string, Remembered>();
  readonly #nowMs: () => number;
  #bytes = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Reads a Responses body; one that continues an earlier response is given that conversation.
   * Errors: 400 that names the field, 404 `previous_response_not_found`.
   */
  read(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> {
    const { previous_response_id: id } = body;
    if (typeof id !== 'string' || id === '') return this.#reading(body, bytes);
    this.#forget();
    const before = this.#known.get(id);
    if (before === undefined) {
      return fail(apiError(404, `The response \`${id.slice(0, 100)}\` is not known any more: OpenFusion remembers the last ${MAX_RESPONSES} responses for an hour. Send the whole conversation as \`input\`.`, { code: 'previous_response_not_found', param: 'previous_response_id' }));
    }
    // The id stays, since the answer repeats it; no upstream is told it.
    const whole: JsonObject = { ...body, input: [...before.items, ...this.#withItems(itemsOf(body['input']))] };
    const read = WIRES.responses.read(whole, Buffer.from(JSON.stringify(whole)));
    if (!read.ok) return read;
    read.value.session = { ...read.value.session, previousResponseId: before.root };
    return read;
  }

  /** A body that continues nothing, though it may name items of earlier answers. */
  #reading(body: Readonly<JsonObject>, bytes: Uint8Array): Result<ChatRequest> {
    const { input } = body;
    if (!Array.isArray(input) || !input.some(isReference)) return WIRES.responses.read(body, bytes);
    const whole: JsonObject = { ...body, input: this.#withItems(input) };
    return WIRES.responses.read(whole, Buffer.from(JSON.stringify(whole)));
  }

  /** Items that are only named are put in as they were; what is not known stays a name, which the upstream may know. */
  #withItems(items: readonly unknown[]): unknown[] {
    const wanted = new Set(items.flatMap((item) => (isReference(item) ? [item.id] : [])));
    if (wanted.size === 0) return [...items];
    // One walk over what is known, however many names there are.
    const found = new Map<string, unknown>();
    for (const { items: known } of this.#known.values()) {
      for (const one of known) {
        if (isRecord(one) && typeof one['id'] === 'string' && one['type'] !== 'item_reference' && wanted.has(one['id']) && !found.has(one['id'])) found.set(one['id'], one);
      }
    }
    return items.map((item) => (isReference(item) ? found.get(item.id) ?? item : item));
  }

  /** Keeps an answer for its continuation. `unstored`: also one that the client did not ask to store: on a WebSocket that is its memory. */
  remember({ body, bytes, session }: ChatRequest, response: JsonObject, { unstored = false } = {}): void {
    const { id, output } = response;
    if (typeof id !== 'string' || !Array.isArray(output) || (body['store'] === false && !unstored)) return;
    this.#drop(id);
    const size = bytes.byteLength + JSON.stringify(output).length;
    this.#known.set(id, { atMs: this.#nowMs(), bytes: size, items: [...itemsOf(body['input']), ...(output as unknown[])], root: session.previousResponseId ?? id });
    this.#bytes += size;
    this.#forget();
  }

  #forget(): void {
    const oldest = this.#nowMs() - MAX_AGE_MS;
    for (const [id, { atMs }] of this.#known) {
      if (atMs > oldest && this.#known.size <= MAX_RESPONSES && this.#bytes <= MAX_BYTES) return;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#bytes -= this.#known.get(id)?.bytes ?? 0;
    this.#known.delete(id);
  }
}

const isReference = (item: unknown): item is { id: string } => isRecord(item) && item['type'] === 'item_reference' && typeof item['id'] === 'string';

/** A text is one message of the user. */
function itemsOf(input: unknown): unknown[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  return Array.isArray(input) ? input.filter(isRecord) : [];
}
