import { createChatReader } from '../protocol/chat/chunks.ts';
import { completionBody } from '../protocol/chat/render.ts';
import { CompletionCollector, NO_USAGE } from '../protocol/completion.ts';
import type { AnswerEvent, OpenFusionObject, Served } from '../protocol/answer.ts';
import { apiError } from '../protocol/errors.ts';
import type { ApiError } from '../protocol/errors.ts';
import type { ChatDelta, Usage } from '../protocol/types.ts';
import type { StreamEvent } from '../protocol/wire.ts';

/** Collects one streamed answer, whether it comes in the internal form or as the model's own stream. */
export class ChatAnswer {
  error: ApiError | null = null;
  served: Served | null = null;
  openfusion: OpenFusionObject = {};
  private usage: Usage = NO_USAGE;
  private readonly collector = new CompletionCollector();
  private readonly reader = createChatReader({ provider: '', tools: null });

  /** Takes the next event; answers the text that it adds. */
  take(event: AnswerEvent): string {
    switch (event.type) {
      case 'planned':
        return '';
      case 'start':
        this.served = event.served;
        return '';
      case 'delta':
        return this.add(event.delta);
      case 'wire':
        return this.takeChunks(event.text);
      case 'end':
        this.usage = event.usage;
        this.openfusion = event.openfusion;
        this.served = event.served;
        return '';
      case 'failed':
        this.error = event.error;
        return '';
    }
  }

  get costUsd(): number | null {
    const cost = this.openfusion.cost_usd;
    return typeof cost === 'number' ? cost : (this.served?.costUsd ?? null);
  }

  /** The answer as a chat completion with its `openfusion` object, and its text once more as `answer`. */
  completion(traceId: string, startedAtMs: number, model: string): Record<string, unknown> {
    const completion = this.collector.result();
    const head = { id: `chatcmpl-${traceId}`, created: Math.floor(startedAtMs / 1000), model };
    const body = JSON.parse(completionBody(head, completion, this.usage, this.openfusion)) as Record<string, unknown>;
    return { ...body, answer: completion.text };
  }

  private takeChunks(text: string): string {
    try {
      return this.reader.pushText(text).map((chunk) => this.addChunk(chunk)).join('');
    } catch (error) {
      this.error = apiError(502, error instanceof Error ? error.message : 'the stream is broken');
      return '';
    }
  }

  private addChunk({ deltas, usage, error, object }: StreamEvent): string {
    if (error !== null) this.error = apiError(502, error.message, { code: error.code });
    if (usage !== null) this.usage = usage;
    const { openfusion } = object ?? {};
    if (typeof openfusion === 'object' && openfusion !== null) this.openfusion = openfusion as OpenFusionObject;
    return deltas.map((delta) => this.add(delta)).join('');
  }

  private add(delta: ChatDelta): string {
    this.collector.add(delta);
    return delta.type === 'text' || delta.type === 'refusal' ? delta.text : '';
  }
}
