// Takes media/trace-view.png: a gateway on dry-run, requests as agents send them, the trace viewer in Chromium.
//   npm run build && node test/examples/trace-view-picture.mjs [file]
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath } from 'node:process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isFree } from '../support/free-port.ts';
import { repoDir } from '../support/paths.ts';
import { launchBrowser } from '../support/vscode-server/browser.ts';

const picture = argv[2] ?? join(repoDir, 'media', 'trace-view.png');
const tools = ['read_file', 'edit_file', 'run_command'].map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } }));
const user = (content) => ({ role: 'user', content });
const called = (id, name, args) => ({ role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }] });
const result = (id, content) => ({ role: 'tool', tool_call_id: id, content });

const retry = [{ role: 'system', content: 'You are a coding agent.' }, user('Add a retry with backoff to the HTTP client in src/http/client.ts')];
const afterRead = [...retry, called('call_1', 'read_file', { path: 'src/http/client.ts' }), result('call_1', 'export async function get(url) { return fetch(url); }')];
const afterEdit = [...afterRead, called('call_2', 'edit_file', { path: 'src/http/client.ts' }), result('call_2', 'ok')];
const opencode = { 'user-agent': 'opencode/1.18.33', 'x-session-id': 'ses-retry' };
const requests = [
  { headers: opencode, body: { messages: [{ role: 'system', content: 'Generate a short title for this conversation.' }, user('Add a retry with backoff to the HTTP client')] } },
  { headers: opencode, body: { tools, messages: retry } },
  { headers: opencode, body: { tools, messages: afterRead } },
  { headers: opencode, body: { tools, messages: afterEdit } },
  { headers: { 'user-agent': 'cline/3.0' }, body: { tools, messages: [user('Rename the variable `tmp` in parse.ts to `token`')] } },
  { headers: { 'user-agent': 'continue/1.5' }, body: { messages: [user('Review this patch for security risks and missing tests')] } },
  { headers: { 'user-agent': 'aider/0.86' }, body: { messages: [user('Migrate the payments database to the new schema without data loss: plan the rollout, the rollback and the security checks')] } },
];

const home = await mkdtemp(join(tmpdir(), 'openfusion-picture-'));
const port = (await isFree(8787)) ? '8787' : '0';
const gateway = spawn(execPath, [join(repoDir, 'dist', 'cli.js'), 'serve', '--dry-run', '--port', port], {
  cwd: home, env: { PATH: env.PATH, HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config') }, stdio: ['ignore', 'pipe', 'inherit'],
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
  await rm(home, { recursive: true, force: true });
}

async function viewToken() {
  const folder = join(home, 'state', 'openfusion');
  const file = (await readdir(folder)).find((name) => /^owner-\d+\.json$/.test(name));
  return JSON.parse(await readFile(join(folder, file), 'utf8')).viewToken;
}

async function takePicture(origin, token) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1180 }, colorScheme: 'dark' });
    await page.goto(`${origin}/?token=${token}`);
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.waitForTimeout(500);
    await page.screenshot({ path: picture });
    console.log(picture);
  } finally {
    await browser.close();
  }
}
