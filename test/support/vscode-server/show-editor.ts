import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isFree } from '../free-port.ts';
import { installServer } from './install.ts';
import { packageExtension } from './package-extension.ts';
import { showPage, type Showing, type Shown } from './show-page.ts';
import { startServer } from './server.ts';

const usualGatewayPort = 8787;
/** Near each other and stable, so that an editor's tab goes on working after a restart. */
const editorPorts = '8790-8890';
const gatewayTimeoutMs = 60_000;

const hints: Record<Shown, string> = {
  screen: 'It opens in your browser.',
  headless: 'There is no screen here, so a headless Chromium has it open; your own window joins that gateway.',
  none: 'Open it: the gateway runs in the editor, as long as a window is open.',
};

/** Shows the extension, packed from what was built, in a VS Code server until SIGINT or SIGTERM: on dry-run and with folders of its own. */
export async function showEditor({ showing }: { showing?: Showing }): Promise<void> {
  const end = endSignal();
  const closing: (() => Promise<void>)[] = [];
  try {
    const installed = await installServer({ signal: end });
    const gatewayPort = (await isFree(usualGatewayPort)) ? usualGatewayPort : await freePort();
    const gateway = `http://127.0.0.1:${gatewayPort}`;
    const settings = { 'openfusion.server.port': gatewayPort, 'openfusion.forceDryRun': true };
    const vsix = await packageExtension();
    const server = await startServer({ installed, settings, vsix, port: editorPorts });
    closing.push(server.stop);
    const command = await writeExample(server.workspace, gateway);
    const url = `${server.origin}/?folder=${encodeURIComponent(server.workspace)}`;
    console.log(`\nVS Code with OpenFusion:  ${url}`);
    const { shown, close } = await showPage(url, showing);
    closing.push(close);
    console.log(hints[shown]);
    if (shown !== 'none') await waitForGateway(gateway, end);
    console.log(`\nGateway (dry-run):        ${gateway}/v1\n\nTry:\n${command}\n\nTraces: run "OpenFusion: Show Traces" in that editor (F1). It has folders of its own: \`openfusion traces\` does not see them.\n\nCtrl-C stops everything.`);
    await aborted(end);
  } catch (error) {
    if (!end.aborted) throw error;
  } finally {
    console.log('\nStopping');
    for (const close of closing.reverse()) await close();
  }
}

/** Aborts on the first signal; later ones change nothing, as the end is on its way. */
function endSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}

async function aborted(signal: AbortSignal): Promise<void> {
  // An open timer keeps the process alive; a listener on a signal does not.
  const alive = setInterval(() => undefined, 1 << 30);
  await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));
  clearInterval(alive);
}

/** A request to try, printed and as a file in the workspace. */
async function writeExample(workspace: string, gateway: string): Promise<string> {
  const body = JSON.stringify({
    model: 'openfusion/auto',
    stream: true,
    messages: [{ role: 'user', content: 'Find the race condition in my cache and fix it.' }],
  });
  const command = `curl -N ${gateway}/v1/chat/completions -H 'content-type: application/json' -d '${body}'`;
  const file = join(workspace, 'try-it.sh');
  await writeFile(file, `#!/bin/sh\n${command}\n`);
  await chmod(file, 0o755);
  return command;
}

async function waitForGateway(gateway: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + gatewayTimeoutMs;
  while (Date.now() < deadline) {
    const answer = await fetch(`${gateway}/health`, { signal }).catch(() => undefined);
    if (answer?.ok) return;
    await delay(250, undefined, { signal });
  }
  console.log(`The gateway does not answer yet: see the status bar of the editor (${gateway}/health was asked for a minute).`);
}
