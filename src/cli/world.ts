import { homedir } from 'node:os';
import { configDirOf, stateDirOf } from '../config/state-dir.ts';
import { VERSION } from './version.ts';
import { surviveErrors } from '../gateway/last-resort.ts';

/** Everything outside that a command touches, so that a test can play it. */
export interface World {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
  stateDir: string;
  configDir: string;
  version: string;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean | undefined };
  stdout: NodeJS.WritableStream & { isTTY?: boolean | undefined };
  stderr: NodeJS.WritableStream & { isTTY?: boolean | undefined };
  /** Calls the listener on SIGINT and SIGTERM; answers how to stop that. */
  onInterrupt(listener: () => void): () => void;
  /** For a server: from now on no error that nobody caught ends the process, and nobody has to read its output. */
  stayAlive(report: (message: string) => void): void;
  nowMs(): number;
}

/** This process. */
export function processWorld(): World {
  const { env, stdin, stdout, stderr } = process;
  let staysAlive = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (staysAlive) return;
    // Who reads our output may leave (`| head`): that is no failure of ours.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  stderr.on('error', () => undefined);
  return {
    env, stdin, stdout, stderr, cwd: process.cwd(), home: homedir(), stateDir: stateDirOf(), configDir: configDirOf(), version: VERSION,
    onInterrupt(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    stayAlive(report) {
      staysAlive = true;
      surviveErrors(report);
    },
    nowMs: Date.now,
  };
}
