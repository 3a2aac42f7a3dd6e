import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How often it is looked. */
const LOOK_MS = 5_000;
/** A thread that worked for less of that time has nothing to do. */
const IDLE_SHARE = 0.02;
/** Not more often than this: with the memory goes compiled code, and the next requests take up to twice as long until it is there again. */
const LEAST_BETWEEN_MS = 50_000;
/** Less than this is not worth the pause. */
const WORTH_BYTES = 64_000_000;

/**
 * Gives memory back after a busy time. V8 lets its heap grow for speed, up to hundreds of MB of which a tenth is in use, and keeps it until something
 * is allocated again: an editor would carry that all day. Once this thread has been idle, what is free is collected (about 100 ms), at most once for each growth.
 * Returns what ends it.
 */
export function giveMemoryBackWhenIdle(): () => void {
  let before = performance.eventLoopUtilization(), restingBytes = getHeapStatistics().total_heap_size, collectedAtMs = -Infinity;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > IDLE_SHARE || performance.now() - collectedAtMs < LEAST_BETWEEN_MS || getHeapStatistics().total_heap_size < restingBytes + WORTH_BYTES) return;
    collectedAtMs = performance.now();
    void collect().then(() => { restingBytes = getHeapStatistics().total_heap_size; });
  }, LOOK_MS).unref();
  return () => { clearInterval(timer); };
}

/** The only way to ask for it without a flag of the process. Nothing happens where Node was built without an inspector. */
async function collect(): Promise<void> {
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
    // Not within its own answer.
    setImmediate(() => { session.disconnect(); });
  } catch {
    // Memory then stays as it is.
  }
}
