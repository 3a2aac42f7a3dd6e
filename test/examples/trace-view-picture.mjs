// Takes media/trace-view.png: a gateway with the default pool, models that are played by a server of ours, requests as agents send them,
// the trace viewer in Chromium.   npm run build && node test/examples/trace-view-picture.mjs [file]
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath } from 'node:process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isFree } from '../support/free-port.ts';
import { withPalette } from '../support/palette-png.ts';
import { repoDir } from '../support/paths.ts';
import { startScriptedUpstream, text } from '../support/scripted-upstream.ts';
import { launchBrowser } from '../support/vscode-server/browser.ts';

const picture = argv[2] ?? join(repoDir, 'media', 'trace-view.png');
const tools = ['read_file', 'edit_file', 'run_command'].map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }));
const user = (content) => ({ role: 'user', content });
let calls = 0;
/** One step of an agent: its tool call, and what came of it. */
const step = (name, args, result) => {
  const id = `call_${++calls}`;
  return [{ role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }] }, { role: 'tool', tool_call_id: id, content: result }];
};

const failing = ['$ npm test', 'not ok 3 - retries after a 503', '  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:', '  1 !== 3', '# pass 2', '# fail 1', 'Exit code: 1'].join('\n');
const edit = (to) => step('edit_file', { path: 'src/http/client.ts', old_string: 'return fetch(url);', new_string: to }, 'The file was changed.');
const tests = () => step('run_command', { command: 'npm test' }, failing);
const ask = [{ role: 'system', content: 'You are a coding agent. '.repeat(900) }, user('The retry in src/http/client.ts gives up after one attempt: find out why and fix it')];
const steps = [
  step('read_file', { path: 'src/http/client.ts' }, 'export async function get(url) {\n  return fetch(url);\n}'),
  [...edit('return retry(() => fetch(url));'), ...tests()],
  [...edit('return retry(() => fetch(url), 3);'), ...tests()],
];
const stuck = steps.map((_, at) => [...ask, ...steps.slice(0, at + 1).flat()]);
const opencode = { 'user-agent': 'opencode/1.18.33', 'x-session-id': 'ses-retry' };
const requests = [
  { headers: opencode, body: { messages: [{ role: 'system', content: 'Generate a short title for this conversation.' }, user('The retry in src/http/client.ts gives up')] } },
  { headers: { 'user-agent': 'cline/3.0' }, body: { tools, messages: [user('Rename the variable `tmp` in parse.ts to `token`')] } },
  { headers: { 'user-agent': 'continue/1.5' }, body: { messages: [user('Review this patch for security risks and missing tests')] } },
  { headers: { 'user-agent': 'aider/0.86' }, body: { messages: [user('Migrate the payments database to the new schema without data loss: plan the rollout, the rollback and the security checks')] } },
  ...[ask, ...stuck].map((messages) => ({ headers: opencode, body: { tools, messages } })),
];

const upstream = await startScriptedUpstream({ strict: false, script: ({ conversation }) => text('The options object is never read: `times` stays 1. I pass it on and test with a server that answers 503 twice.', {
  firstByteDelayMs: 60, chunkDelayMs: 4, usage: usageOf(JSON.stringify(conversation).length, conversation),
}) });
const home = await mkdtemp(join(tmpdir(), 'openfusion-picture-'));
const port = (await isFree(8787)) ? '8787' : '0';
const config = join(home, 'picture.json');
await writeFile(config, JSON.stringify({ upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'PICTURE_KEY' } }));
const gateway = spawn(execPath, [join(repoDir, 'dist', 'cli.js'), 'serve', '--config', config, '--port', port], {
  cwd: home, env: { PATH: env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config'), PICTURE_KEY: 'played-models-want-none' }, stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = await once(gateway.stdout.setEncoding('utf8'), 'data');
  const origin = /http:\/\/\S+/.exec(line)[0];
  for (const { headers, body } of requests) {
    const answer = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ model: 'openfusion/auto', stream: true, ...body }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
  }
  await takePicture(origin, await viewToken());
} finally {
  gateway.kill();
  await once(gateway, 'exit');
  await upstream.close();
  await rm(home, { recursive: true, force: true });
}

/** What such a request reads and writes; behind a tool's result the conversation is in the model's cache. */
function usageOf(characters, { turns }) {
  const promptTokens = Math.ceil(characters / 3.6);
  return { promptTokens, completionTokens: 420, cachedTokens: turns.some(({ role }) => role === 'tool') ? Math.floor(promptTokens * 0.97) : 0 };
}

async function viewToken() {
  const folder = join(home, 'state', 'openfusion');
  const file = (await readdir(folder)).find((name) => /^owner-\d+\.json$/.test(name));
  return JSON.parse(await readFile(join(folder, file), 'utf8')).viewToken;
}

async function takePicture(origin, token) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1908 }, colorScheme: 'dark' });
    await page.goto(`${origin}/?token=${token}`);
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('button', { name: 'Good answer' }).click();
    await page.waitForTimeout(500);
    await writeFile(picture, withPalette(await page.screenshot()));
    console.log(picture);
  } finally {
    await browser.close();
  }
}
