import type { LiveMessage } from './types.ts';

/** What happens to traces, as it goes over the live feed. Plain data that nobody changes afterwards: pass it on as it is. */
export type FeedMessage = Extract<LiveMessage, { type: 'trace' | 'deleted' }>;

export interface TraceFeed {
  /** Returns the way to stop it. A listener that throws is left out of nothing and harms nobody. */
  subscribe(listener: (message: FeedMessage) => void): () => void;
}

/** The side that publishes. */
export interface FeedSource extends TraceFeed {
  readonly listened: boolean;
  publish(message: FeedMessage): void;
}

export function createFeed(): FeedSource {
  const listeners = new Set<(message: FeedMessage) => void>();
  return {
    get listened() { return listeners.size > 0; },
    subscribe(listener) {
      // Its own function, so that subscribing one listener twice gives two subscriptions.
      const own = (message: FeedMessage) => { listener(message); };
      listeners.add(own);
      return () => { listeners.delete(own); };
    },
    publish(message) {
      for (const listener of listeners) {
        try {
          listener(message);
        } catch {
          // A broken listener must not take the others' messages away, nor end the process.
        }
      }
    },
  };
}
