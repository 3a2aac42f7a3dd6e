import type { VNode } from 'preact';

const PATHS = {
  done: 'M3 8.5 6.3 12 13 4.5',
  failed: 'M4 4l8 8M12 4l-8 8',
  aborted: 'M4 8h8',
  running: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  arrow: 'M2.5 8h11M9.5 4l4 4-4 4',
  back: 'M13.5 8h-11M6.5 4l-4 4 4 4',
  warning: 'M8 2 1.5 13.5h13L8 2zM8 6.5v3.5M8 12v.2',
  up: 'M5 7v6.5H2.5V7H5zM5 7l3-5c1 0 1.8.8 1.8 1.8L9.4 6.5H13c.8 0 1.3.7 1.1 1.5l-1.2 4.4c-.2.7-.7 1.1-1.4 1.1H5',
  down: 'M5 9V2.5H2.5V9H5zM5 9l3 5c1 0 1.8-.8 1.8-1.8L9.4 9.5H13c.8 0 1.3-.7 1.1-1.5l-1.2-4.4c-.2-.7-.7-1.1-1.4-1.1H5',
  fallback: 'M3 4v4a4 4 0 0 0 4 4h6M10 9l3 3-3 3',
} as const;

export type IconName = keyof typeof PATHS;

/** A small drawing beside words that say the same. */
export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** The icon of a status; nothing for one that we do not know. */
export function StatusIcon({ status }: { status: string }): VNode | null {
  return status === 'done' || status === 'failed' || status === 'aborted' || status === 'running' ? <Icon name={status} /> : null;
}
