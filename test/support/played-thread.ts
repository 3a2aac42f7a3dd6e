import { EventEmitter } from 'node:events';
import type { Thread } from '../../src/gateway/host.ts';
import type { FromWorker, ToWorker, WorkerOptions } from '../../src/gateway/host-messages.ts';

/** The gateway's thread as a test plays it: keeps what it is told, says what the test wants said. */
export class PlayedThread extends EventEmitter implements Thread {
  readonly received: ToWorker[] = [];
  readonly options: WorkerOptions;
  terminated = false;

  constructor(options: WorkerOptions) {
    super();
    this.options = options;
  }

  postMessage(message: ToWorker): void {
    this.received.push(message);
  }

  terminate(): Promise<void> {
    this.terminated = true;
    return Promise.resolve();
  }

  says(message: FromWorker): void {
    this.emit('message', message);
  }

  crashes(message = 'out of memory'): void {
    this.emit('error', new Error(message));
    this.emit('exit', 1);
  }
}

/** Sources of a window where nothing is set. */
export const noSources: Omit<WorkerOptions, 'version' | 'stateDir' | 'mode'> = {
  config: {}, configSource: 'settings', configFile: null, workspaceFolder: null, secrets: {}, secretOrigins: {}, forceDryRun: false,
};
