import { homedir } from 'node:os';
import { configDirOf, stateDirOf } from '../config/state-dir.ts';
import { VERSION } from './version.ts';
import { surviveErrors } from '../gateway/last-resort.ts';
import { createRedactor } from '../trace/redact.ts';
import type { Redactor } from '../trace/redact.ts';
import { forTerminal } from './output.ts';

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
  /** From now on these keys and tokens stand in nothing that is written to stdout or stderr. */
  keepSecret(values: readonly string[]): void;
  nowMs(): number;
}

/** This process. */
export function processWorld(): World {
  const { env, stdin } = process;
  const secrets = new Set<string>();
  const redactor = createRedactor([]);
  const stdout = masked(process.stdout, redactor);
  const stderr = masked(process.stderr, redactor);
  let staysAlive = false;
  const crash = (error: unknown): void => {
    stderr.write(`openfusion: unexpected error: ${forTerminal(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
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
      process.off('uncaughtException', crash);
      process.off('unhandledRejection', crash);
      surviveErrors(report);
    },
    keepSecret(values) {
      for (const value of values) secrets.add(value);
      redactor.replaceSecrets([...secrets]);
    },
    nowMs: Date.now,
  };
}

/** The stream with every text masked that is written to it, whoever writes. */
function masked<S extends NodeJS.WriteStream>(stream: S, redactor: Redactor): S {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = ((chunk: unknown, ...rest: unknown[]) => write(typeof chunk === 'string' ? redactor.redactText(chunk) : chunk, ...rest)) as S['write'];
  return stream;
}
