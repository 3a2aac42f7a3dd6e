/** What a person can do about a gateway that is not there. */
import type { HostState } from '../gateway/host-messages.ts';

export type Remedy = 'usePort' | 'choosePort' | 'tryAgain' | 'openConfig' | 'openSettings' | 'restartServer' | 'showLog';

type Failed = Extract<HostState, { status: 'failed' }>;

/** The buttons for a failure; none when it mends itself. */
export function remediesOf({ code, taken }: Pick<Failed, 'code' | 'taken'>): Remedy[] {
  switch (code) {
    case 'restarting': return [];
    case 'port_taken':
    case 'listen': return [taken?.free == null ? 'choosePort' : 'usePort', 'tryAgain', 'showLog'];
    case 'config': return ['openConfig', 'openSettings', 'showLog'];
    default: return ['restartServer', 'showLog'];
  }
}

/** Is this a failure that was not told yet? The same one twice in a row is told once. */
export function isNews(before: HostState, now: HostState): now is Failed {
  if (now.status !== 'failed' || remediesOf(now).length === 0) return false;
  return before.status !== 'failed' || before.code !== now.code || before.message !== now.message;
}
