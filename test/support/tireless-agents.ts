/** Agents that keep asking: each request once more, after a short pause, until it is answered, and all of it is written down. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Attempt {
  /** `performance.now()` */
  startedMs: number;
  endedMs: number;
  /** `refused`: nobody listened; `cut`: the connection broke, before or within the answer. */
  outcome: 'answered' | 'refused' | 'cut' | `status ${number}`;
}

export interface Asked {
  id: string;
  session: string;
  stream: boolean;
  attempts: Attempt[];
  /** The trace of the answer, and the model that gave it. */
  trace: string;
  model: string;
  /** The answer's own text. */
  text: string;
}

/** As an SDK does it, only sooner. */
const RETRY_MS = 10;

export interface TirelessAgents {
  /** In the order of their beginning. */
  readonly asked: readonly Asked[];
  /** The first request that began after this moment and was answered, when there is one. */
  untilAnswered(fits: (asked: Asked) => boolean): Promise<Asked>;
  /** No new requests; resolves when the last one is answered. */
  stop(): Promise<void>;
  /** Gives up at once, whatever is unanswered. */
  end(): void;
}

/**
 * Every other request streams. Each agent is a session of its own and sends one request after the other.
 * @param pauseMs between two requests of one agent
 */
export function startAgents(origin: string, sessions: readonly string[], pauseMs = 0): TirelessAgents {
  const asked: Asked[] = [];
  const watchers = new Set<() => void>();
  let going = true, alive = true;
  const work = async (session: string) => {
    for (let n = 0; going; n++) {
      const one: Asked = { id: `${session}-${n}`, session, stream: n % 2 === 1, attempts: [], trace: '', model: '', text: '' };
      asked.push(one);
      while (alive && !(await attempt(origin, one))) await sleep(RETRY_MS);
      for (const look of [...watchers]) look();
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  const working = Promise.all(sessions.map(work));
  return {
    asked,
    untilAnswered: (fits) => new Promise((resolve) => {
      const look = () => {
        const found = asked.find((one) => one.text !== '' && fits(one));
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    }),
    async stop() {
      going = false;
      await working;
    },
    end() { going = alive = false; },
  };
}

async function attempt(origin: string, one: Asked): Promise<boolean> {
  const startedMs = performance.now();
  const outcome = await ask(origin, one);
  one.attempts.push({ startedMs, endedMs: performance.now(), outcome });
  return outcome === 'answered';
}

async function ask(origin: string, one: Asked): Promise<Attempt['outcome']> {
  try {
    const answer = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-session-id': one.session },
      body: JSON.stringify({ model: 'openfusion/auto', stream: one.stream, messages: [{ role: 'user', content: `Rename the variable ${one.id} to count.` }] }),
    });
    const text = await answer.text();
    if (answer.status !== 200) return `status ${answer.status}`;
    Object.assign(one, { text, trace: answer.headers.get('x-openfusion-trace') ?? '', model: answer.headers.get('x-openfusion-model') ?? '' });
    return 'answered';
  } catch (error) {
    const { code } = (error instanceof Error ? error.cause : undefined) as { code?: string } ?? {};
    return code === 'ECONNREFUSED' ? 'refused' : 'cut';
  }
}

/** The value below which this part of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}
