import { useCallback, useEffect, useState } from 'preact/hooks';

/** Does the media query hold? Drawn again when that changes. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const changed = (): void => setHolds(media.matches);
    changed();
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [query]);
  return holds;
}

/** Epoch ms that goes on while `running`; once a second for those who want no motion. */
export function useNow(running: boolean): number {
  const calm = useMedia('(prefers-reduced-motion: reduce)');
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), calm ? 1000 : 200);
    return () => clearInterval(timer);
  }, [running, calm]);
  return nowMs;
}

/** A value that falls back to `resting` by itself after a while. */
export function usePassing<T>(resting: T, afterMs: number): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(resting);
  useEffect(() => {
    if (value === resting) return;
    const timer = setTimeout(() => setValue(() => resting), afterMs);
    return () => clearTimeout(timer);
  }, [value, resting, afterMs]);
  return [value, useCallback((next: T) => setValue(() => next), [])];
}
