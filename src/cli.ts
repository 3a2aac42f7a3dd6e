/** The headless command line. `launch.cjs` has checked the version of Node before. */
import { run } from './cli/run.ts';
import { processWorld } from './cli/world.ts';

const GRACE_MS = 500;

void run(process.argv.slice(2), processWorld()).then((exitCode) => {
  process.exitCode = exitCode;
  endSoon();
});

/** Whatever is still open after the command's end (a socket to a slow server) must not keep the process; what is still to be written must. */
function endSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength > 0) endSoon();
    else process.exit();
  }, GRACE_MS).unref();
}
