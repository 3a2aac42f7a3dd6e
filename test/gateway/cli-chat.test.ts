import assert from 'node:assert/strict';
import { CliHome } from '../support/cli.ts';
import { gate, startScriptedUpstream, status, text } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

const KEY = 'sk-test-0123456789abcdef0123456789';

describe('openfusion chat', function () {
  this.timeout(60_000);
  let home: CliHome;
  let upstream: ScriptedUpstream | null = null;
  beforeEach(async () => (home = await CliHome.create()));
  afterEach(async () => {
    await home.remove();
    await upstream?.close();
    upstream = null;
  });

  const configured = async (script: Parameters<typeof startScriptedUpstream>[0]['script']): Promise<string> => {
    upstream = await startScriptedUpstream({ script });
    return home.put('relay.json', { upstream: { baseURL: upstream.baseURL, apiKeyEnv: 'RELAY_KEY' } });
  };

  it('answers on dry-run without a key and says so beside the answer', async () => {
    const { code, stdout, stderr } = await home.run(['Explain closures']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\[dry-run\] No model was called\..*Explain closures\n$/);
    assert.match(stderr, /openfusion: dry-run\. OPENROUTER_API_KEY is not set/);
  });

  it('streams: the first words are there before the model has finished', async () => {
    const rest = gate();
    const config = await configured(text(['Hello', rest, ' world']));
    const cli = await home.start(['chat', '--config', config, 'Say hello'], { env: { RELAY_KEY: KEY } });
    await cli.waitFor(/Hello$/);
    rest.open();
    const { code, stdout, stderr } = await cli.ended;
    assert.deepEqual([code, stdout], [0, 'Hello world\n'], stderr);
    assert.equal(upstream?.requests[0]?.headers.authorization, `Bearer ${KEY}`);
    assert.doesNotMatch(stderr, /dry-run/);
  });

  it('asks for the role that --model names', async () => {
    const config = await configured(text('ok'));
    await home.run(['--model', 'openfusion/writer', '--config', config, 'Say ok'], { env: { RELAY_KEY: KEY } });
    assert.equal(upstream?.requests[0]?.model, '~anthropic/claude-sonnet-latest');
  });

  it('prints answer and trace as JSON, and nothing else on stdout', async () => {
    const { code, stdout } = await home.run(['--dry-run', 'Review this patch for security risks and missing tests', '--json']);
    assert.equal(code, 0);
    const printed = JSON.parse(stdout) as { answer: string; choices: { message: { content: string } }[]; openfusion: { dry_run: boolean; auto: { mode: string } }; trace: { id: string; dryRun: boolean; phases: unknown[] } };
    assert.equal(printed.choices[0]?.message.content, printed.answer);
    assert.equal(printed.openfusion.dry_run, true);
    assert.equal(printed.trace.dryRun, true);
    assert.ok(printed.trace.phases.length > 0);
  });

  it('reads the prompt from stdin where none is given', async () => {
    assert.match((await home.run(['chat', '--dry-run'], { stdin: 'Piped prompt\n' })).stdout, /Piped prompt/);
    assert.match((await home.run(['chat', '--dry-run', '-'], { stdin: 'Named stdin\n' })).stdout, /Named stdin/);
    const empty = await home.run(['chat', '--dry-run'], { stdin: '' });
    assert.deepEqual([empty.code, empty.stdout], [2, '']);
    assert.match(empty.stderr, /the prompt is empty/);
  });

  it('never prints a key, even when the model says it', async () => {
    const replies = [text([`The key is ${KEY.slice(0, 12)}`, `${KEY.slice(12)}!`]), text(`again: ${KEY}`)];
    const config = await configured((_request, index) => replies[index] ?? status(401, { message: `bad key ${KEY}` }));
    const env = { RELAY_KEY: KEY };
    for (const args of [['Tell'], ['--json', 'Tell'], ['Tell']]) {
      const { stdout, stderr } = await home.run(['--config', config, ...args], { env });
      assert.ok(!`${stdout}${stderr}`.includes(KEY), `${stdout}${stderr}`);
    }
    assert.ok((upstream?.requests.length ?? 0) >= 3);
  });

  it('ends with 1 and a word on what to do when no model answers', async () => {
    const config = await configured(() => status(401, { message: 'invalid key' }));
    const { code, stdout, stderr } = await home.run(['--config', config, 'Tell'], { env: { RELAY_KEY: KEY } });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /401/);
  });

  it('leaves the upstream when it is interrupted', async function () {
    if (process.platform === 'win32') return this.skip();
    const config = await configured(text(['Hello'], { ending: 'hold' }));
    const cli = await home.start(['--config', config, 'Say hello'], { env: { RELAY_KEY: KEY } });
    await cli.waitFor(/Hello/);
    cli.kill('SIGINT');
    await upstream?.waitForAbort();
    const { code, stderr } = await cli.ended;
    assert.equal(code, 1);
    assert.match(stderr, /interrupted/);
  });
});

describe('bad usage of the command line', function () {
  this.timeout(60_000);
  let home: CliHome;
  before(async () => (home = await CliHome.create()));
  after(() => home.remove());

  const cases: [string, string[], RegExp, Readonly<Record<string, string>>?][] = [
    ['a mistyped command', ['serv'], /unknown command `serv`\. Did you mean `openfusion serve`/],
    ['help of no command', ['help', 'serv'], /there is no command `serv`\. Commands: chat, route, serve, /],
    ['a command that does not exist yet', ['fanout', 'fix it'], /unknown command `fanout`/],
    ['an unknown option', ['route', '--jsnl', 'x'], /^openfusion: unknown option '--jsnl'/mu],
    ['a port that is none', ['serve', '--port', '99999'], /--port.*Expected a port/],
    ['a config file that is not there', ['models', '--config', 'nowhere.json'], /nowhere\.json: named by --config, but there is no such file/],
    ['an unknown log level', ['--dry-run', 'Hello there', 'x'], /OPENFUSION_LOG/, { OPENFUSION_LOG: 'loud' }],
    ['certificates that are not checked', ['Hello there', 'x'], /NODE_TLS_REJECT_UNAUTHORIZED/, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
  ];
  for (const [what, args, message, env = {}] of cases) {
    it(`is refused with 2: ${what}`, async () => {
      const { code, stdout, stderr } = await home.run(args, { env });
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });
  }

  it('names file, line, key and what was expected for a bad configuration', async () => {
    const file = await home.put('bad.json', '{\n  "auto": {\n    "scoring": { "costQualityTradeof": 7 },\n    "tools": "both"\n  }\n}');
    const { code, stderr } = await home.run(['models', '--config', file]);
    assert.equal(code, 2);
    assert.ok(stderr.includes(`${file}:3:18: auto.scoring.costQualityTradeof: unknown key; did you mean \`auto.scoring.costQualityTradeoff\`?`), stderr);
    assert.ok(stderr.includes(`${file}:4:5: auto.tools: is not one of the allowed values (expected "route" or "fixed")`), stderr);
  });

  it('is not asking for help or the version', async () => {
    const help = await home.run(['--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    for (const command of ['chat', 'route', 'serve', 'models', 'init', 'trust', 'doctor', 'eval', 'compare', 'receipt', 'traces']) assert.match(help.stdout, new RegExp(`\\n  ${command}\\b`));
    const version = await home.run(['--version']);
    assert.deepEqual([version.code, /^\d+\.\d+\.\d+\n$/.test(version.stdout)], [0, true]);
  });
});
