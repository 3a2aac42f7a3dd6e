import assert from 'node:assert/strict';
import { access, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { CliHome } from '../support/cli.ts';
import type { TestGateway } from '../support/gateway.ts';
import { startGateway } from '../support/gateway.ts';
import { repoDir } from '../support/paths.ts';
import { documents, readDocument, withOutputs, wordsOf } from './console-blocks.ts';
import { helpOf } from './help-of.ts';

interface Manifest { scripts: Record<string, string>; contributes: { commands: { title: string; category: string }[] } }
const json = async <T>(path: string): Promise<T> => JSON.parse(await readDocument(path)) as T;

describe('documents', function () {
  this.timeout(60_000);
  let texts: Map<string, string>;
  let home: CliHome;

  before(async () => { texts = new Map(await Promise.all((await documents()).map(async (path) => [path, await readDocument(path)] as const))); });
  before(async () => { home = await CliHome.create(); });
  after(() => home.remove());

  it('link to files and headings that there are', async () => {
    const broken: string[] = [];
    for (const [path, text] of texts) {
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = '', heading] = target.split('#');
        const full = file === '' ? path : normalize(join(dirname(path), file));
        const there = await access(join(repoDir, full)).then(() => true, () => false);
        if (!there || (heading !== undefined && !headings(texts.get(full) ?? '').includes(heading))) broken.push(`${path}: ${target}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  it('show what the commands print today (else: node test/examples/console-blocks.ts)', async () => {
    for (const [path, text] of texts) assert.equal(await withOutputs(text, home), text, path);
  });

  it('name commands and flags of the command line that there are', async () => {
    const wrong: string[] = [];
    for (const [path, text] of texts) {
      for (const line of commandLines(path, text)) {
        const words = wordsOf(line);
        // Words in quotes are a prompt, capitals stand for something.
        const end = words.findIndex((word, at) => at > 1 || !/^[a-z]+$/.test(word) || line.includes(`"${word}"`));
        const named = end < 0 ? words : words.slice(0, end);
        // The second word may be an argument: the name of an agent.
        const command = named.length > 1 && !(await helpOf(named.slice(0, 1))).includes('\nCommands:') ? named.slice(0, 1) : named;
        const help = await helpOf(command);
        if (!help.startsWith(`Usage: openfusion${command.map((word) => ` ${word}`).join('')} `)) wrong.push(`${path}: openfusion ${line}`);
        wrong.push(...words.filter((word) => /^--[a-z]/.test(word) && !help.includes(word)).map((flag) => `${path}: openfusion ${command.join(' ')} ${flag}`));
      }
    }
    assert.deepEqual(wrong.filter((one) => !ON_PURPOSE.has(one)), []);
  });

  it('name every command of the command line', async () => {
    const help = await helpOf([]);
    const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
    assert.ok(commands.length > 8);
    const cli = texts.get('docs/cli.md') ?? '';
    assert.deepEqual(commands.filter((name) => !new RegExp(`^\\|[^|]*\`${name}\\b`, 'm').test(cli)), []);
  });

  it('name npm scripts that there are', async () => {
    const { scripts } = await json<Manifest>('package.json');
    const wrong = [...texts].flatMap(([path, text]) => [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name).filter((name) => scripts[name] === undefined).map((name) => `${path}: npm run ${name}`));
    assert.deepEqual(wrong, []);
  });

  it('name the commands of the editor as it does, and all of them', async () => {
    const titles = await json<Record<string, string>>('package.nls.json');
    const { contributes } = await json<Manifest>('package.json');
    const known = contributes.commands.map(({ title, category }) => `${category}: ${titles[title.slice(1, -1)] ?? title}`);
    const named = [...texts].flatMap(([path, text]) => [...text.matchAll(/\*{1,2}(OpenFusion: [^*]+)\*/g)].map(([, name = '']) => ({ path, name })));
    assert.deepEqual(named.filter(({ name }) => !known.includes(name)), []);
    const editor = texts.get('docs/editor.md') ?? '';
    assert.deepEqual(known.filter((name) => !editor.includes(`*${name}*`)), []);
  });

  it('have a picture of the trace view that loads quickly', async () => {
    const { size } = await stat(join(repoDir, 'media', 'trace-view.png'));
    assert.ok(size < 300_000, `${String(size)} bytes`);
  });

  describe('docs/endpoints.md', () => {
    let gateway: TestGateway;
    before(async () => { gateway = await startGateway({}, { forceDryRun: true }); });
    after(() => gateway.close());

    it('names endpoints that there are, with the access that they want', async () => {
      const rows = [...(texts.get('docs/endpoints.md') ?? '').matchAll(/^\| `(GET|POST|DELETE) (\/\S*)` \|.*\| ([^|]+) \|$/gm)];
      assert.ok(rows.length >= 10);
      for (const [, method = '', path = '', access = ''] of rows) {
        const ask = (headers: Record<string, string>): Promise<Response> => fetch(gateway.origin + path, { method, redirect: 'manual', headers: { 'content-type': 'application/json', ...headers } });
        const [bare, shown] = [await ask({}), await ask({ authorization: `Bearer ${gateway.viewToken}` })];
        const body = await shown.text();
        assert.ok(shown.status !== 405 && !body.includes('unsupported_endpoint') && shown.status !== 401, `${method} ${path}: ${String(shown.status)} ${body}`);
        assert.equal(bare.status === 401, access.includes('view token'), `${method} ${path} without a token: ${String(bare.status)}`);
      }
    });

    it('is right about those that are not there', async () => {
      for (const path of ['/v1/embeddings', '/mcp']) assert.equal((await gateway.post(path, {})).status, 404, path);
      assert.equal((await fetch(`${gateway.origin}/metrics`)).status, 404);
    });
  });
});

/** What happens on a mistyped command; and `help`, which is commander's own. */
const ON_PURPOSE = new Set(['docs/cli.md: openfusion doctr', 'docs/cli.md: openfusion chat doctr', 'docs/cli.md: openfusion help COMMAND']);

/** What stands behind `openfusion` in code, and each row of the table of commands with the flags that it names. */
function commandLines(path: string, text: string): string[] {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'));
  const inline = [...text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, code = '']) => code);
  const typed = [...fenced, ...inline].map((line) => line.replace(/^(\$ |[A-Z_]+=\S+ )+/, '').replace(/\s+#.*$/, '').replace(/^node dist\/cli\.js\b/, 'openfusion'));
  const rows = path !== 'docs/cli.md' ? [] : [...text.matchAll(/^\|[^|]*`([a-z]+)(?: [^|]*)?` \|(.*)$/gm)].map(([, command = '', row = '']) => [command, ...row.match(/--[a-z-]+/g) ?? []].join(' '));
  return [...typed.filter((line) => line.startsWith('openfusion ')).map((line) => line.slice('openfusion '.length)), ...rows];
}

/** As GitHub makes anchors of them. */
const headings = (text: string): string[] => [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
