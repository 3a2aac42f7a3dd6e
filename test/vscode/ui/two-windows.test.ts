import assert from 'node:assert/strict';
import { startAgents, type Asked, type TirelessAgents } from '../../support/tireless-agents.ts';
import { useEditor } from '../../support/vscode-server/use-editor.ts';
import type { Workbench } from '../../support/vscode-server/workbench.ts';
import { ask } from './ask.ts';

/** What an agent may see at most; it is far less where the machine is not busy with browsers. */
const BOUND_MS = 10_000;

describe('two windows', () => {
  const editor = useEditor({ settings: { 'openfusion.trace.keepPrompts': 'redacted' } });
  let first: Workbench;
  let second: Workbench;
  let agents: TirelessAgents | null = null;

  before(async function () {
    this.timeout(120_000);
    first = await editor().openWindow('first');
    await first.openFusion('Auto').waitFor();
    second = await editor().openWindow('second');
    await second.openFusion('Auto').waitFor();
  });
  after(() => agents?.end());

  const origin = (): string => editor().baseUrl.replace('/v1', '');
  const ownerPid = async (): Promise<number> => ((await (await fetch(`${origin()}/health`)).json()) as { pid: number }).pid;
  const owns = (window: Workbench, mode = 'Fusion'): Promise<void> => window.openFusion(mode).locator('a[aria-label*="The gateway of this window"]').waitFor({ timeout: 60_000 });
  const follows = async (window: Workbench, mode = 'Fusion'): Promise<void> => window.openFusion(mode).locator(`a[aria-label*="lives in another window (process ${await ownerPid()})"]`).waitFor({ timeout: 60_000 });
  const shows = (window: Workbench, request: string): Promise<void> => window.webview().getByText(request).first().waitFor();

  it('share one gateway: the second says that it lives in the other', async () => {
    await follows(second, 'Auto');
    await owns(first, 'Auto');
  });

  it('show the same mode, whichever window switches it', async () => {
    await second.openFusion('Auto').locator('a').click();
    await second.quickPick('Fusion');
    await second.openFusion('Fusion').waitFor();
    await first.openFusion('Fusion').waitFor();
  });

  it('show the same traces', async () => {
    await second.palette('OpenFusion: Show Traces');
    await second.webview().getByText('in another window').first().waitFor();
    await first.palette('OpenFusion: Show Traces');
    await ask(editor().baseUrl, 'Explain the second window to me.');
    await shows(first, 'Explain the second window to me.');
    await shows(second, 'Explain the second window to me.');
  });

  /** Lets the owner go while two agents work; the other window must own, in the same mode and with the same traces. */
  async function changeOver(name: string, heir: Workbench, go: (pid: number) => Promise<unknown>): Promise<void> {
    const pid = await ownerPid();
    await ask(editor().baseUrl, `Before the owner was ${name}.`);
    const working = agents = startAgents(origin(), ['ada', 'bob'], 20);
    await working.untilAnswered(({ id }) => id === 'ada-5');
    await go(pid);
    await owns(heir);
    assert.notEqual(await ownerPid(), pid);
    await ask(editor().baseUrl, `After the owner was ${name}.`);
    await working.stop();
    report(name, working.asked);
    await shows(heir, `After the owner was ${name}.`);
    await heir.webview().getByLabel('Filter requests by text').fill('Before the owner was');
    await shows(heir, `Before the owner was ${name}.`);
    await heir.webview().getByLabel('Filter requests by text').fill('');
    assert.equal((await ask(editor().baseUrl)).headers.get('x-openfusion-strategy'), 'fusion-panel');
  }

  it('change over when the owner is killed', async () => {
    await changeOver('killed', second, (pid) => Promise.resolve(process.kill(pid, 'SIGKILL')));
  });

  it('live on together once the killed one is loaded again', async () => {
    await first.page.reload();
    await follows(first);
    await first.palette('OpenFusion: Show Traces');
    await shows(first, 'Before the owner was killed.');
  });

  it('change over when the owner is reloaded, which then follows', async () => {
    await changeOver('reloaded', first, () => second.page.reload());
    await follows(second);
  });

  it('change over when the owner is closed', async () => {
    await changeOver('closed', second, () => first.close());
  });
});

/** What the agents saw; each request was answered in the end, once. The first 16 digits of a trace are its owner's own. */
function report(name: string, asked: readonly Asked[]): void {
  const answers = asked.map(({ attempts, trace }) => ({ owner: trace.slice(0, 16), endedMs: attempts.at(-1)?.endedMs ?? 0 })).sort((a, b) => a.endedMs - b.endedMs);
  const heir = answers.at(-1)?.owner;
  const gapMs = (answers.find(({ owner }) => owner === heir)?.endedMs ?? NaN) - (answers.findLast(({ owner }) => owner !== heir)?.endedMs ?? NaN);
  const attempts = asked.flatMap((one) => one.attempts);
  const count = (outcome: string): number => attempts.filter((attempt) => attempt.outcome === outcome).length;
  console.log(`      ${name}: ${gapMs.toFixed(0)} ms from the last answer of the old owner to the first of the new one; ${asked.length} requests, all answered; attempts: ${count('cut')} cut, ${count('refused')} refused`);
  assert.equal(new Set(answers.map(({ owner }) => owner)).size, 2);
  assert.ok(answers.every(({ owner }, index) => owner === heir || answers[index - 1]?.owner !== heir), 'no answer of the old owner after one of the new');
  assert.deepEqual(attempts.filter(({ outcome }) => outcome.startsWith('status')), []);
  assert.ok(asked.every((one) => one.attempts.filter(({ outcome }) => outcome === 'answered').length === 1));
  assert.ok(gapMs < BOUND_MS, `${gapMs} ms`);
}
