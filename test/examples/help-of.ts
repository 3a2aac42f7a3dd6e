import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/run.ts';

/** What `openfusion … --help` prints, without a process of its own. */
export async function helpOf(words: readonly string[]): Promise<string> {
  let printed = '';
  const out = new Writable({ write(piece, _encoding, done) { printed += String(piece); done(); } });
  await run([...words, '--help'], {
    env: {}, cwd: '/', home: '/', stateDir: '/', configDir: '/', version: '0', stdin: Readable.from([]), stdout: out, stderr: out,
    onInterrupt: () => () => undefined, stayAlive: () => undefined, keepSecret: () => undefined, nowMs: () => 0,
  });
  return printed;
}
