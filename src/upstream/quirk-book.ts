import type { ChatRequest } from '../protocol/types.ts';
import type { Quirks } from '../protocol/wire.ts';
import type { UpstreamFailure } from './types.ts';

/** What is known of each model's API. */
export class QuirkBook {
  of(_upstreamName: string, _model: string): Quirks {
    return {};
  }

  learn(_call: { upstreamName: string; model: string }, _request: ChatRequest, _failure: UpstreamFailure): string[] | null {
    return null;
  }
}
