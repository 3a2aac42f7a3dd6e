import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROBE_NAMES } from '../../src/receipts/probe.ts';
import { CliHome } from '../support/cli.ts';
import { repoDir } from '../support/paths.ts';
import { lasting, ownReport, readOwnReport } from './own-provider-report.ts';
import { issuesOf } from './provider-report.ts';

const folder = join(repoDir, 'docs', 'providers');
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
const NO_REPORTS = ['README.md', 'TEMPLATE.md'];

describe('docs/providers', function () {
  this.timeout(60_000);
  let reports: string[];
  let example: string;
  before(async () => {
    reports = (await readdir(folder)).filter((name) => !NO_REPORTS.includes(name));
    example = /^```markdown\n([\s\S]*?)^```$/m.exec(await read('TEMPLATE.md'))?.[1] ?? '';
  });

  it('holds reports that have their form and nothing private', async () => {
    assert.ok(reports.length > 0);
    const issues = await Promise.all(reports.map(async (name) => (/^[a-z0-9][a-z0-9-]*\.md$/.test(name) ? issuesOf(await read(name)) : ['its name is not lower-case letters, digits and dashes with .md']).map((issue) => `${name}: ${issue}`)));
    assert.deepEqual(issues.flat(), []);
  });

  it('lists them all', async () => {
    const readme = await read('README.md');
    assert.deepEqual(reports.filter((name) => !readme.includes(`](${name})`)), []);
  });

  it('shows a template that would be taken', () => {
    assert.deepEqual(issuesOf(example), []);
  });

  it('explains every check', async () => {
    const readme = await read('README.md');
    assert.deepEqual(PROBE_NAMES.filter((name) => !readme.includes(`\`${name}\``) && !readme.includes(`\`${name.replace(/^probe\.(?:responses|messages)/, 'probe.<format>')}\``)), []);
  });

  it('has our own report as the tool makes it today (else: node test/examples/own-provider-report.ts)', async () => {
    const home = await CliHome.create();
    try {
      assert.equal(lasting(await readOwnReport()), lasting(await ownReport(home)));
    } finally {
      await home.remove();
    }
  });

  describe('its check', () => {
    const refuses = (name: string, change: (text: string) => string, expected: RegExp): void => {
      it(`refuses ${name}`, () => {
        const changed = change(example);
        assert.notEqual(changed, example);
        assert.match(issuesOf(changed).join('\n'), expected);
      });
    };
    const add = (words: string) => (text: string) => `${text}${words}\n`;

    refuses('an unknown status', (text) => text.replace('| `probe.chat` | PASS |', '| `probe.chat` | GREAT |'), /unknown status "GREAT"/);
    refuses('an unknown status of a target', (text) => text.replace('| WARN | SKIP |', '| FINE | SKIP |'), /unknown status "FINE"/);
    refuses('an unknown check', (text) => text.replace('`probe.chat.usage`', '`probe.chat.speed`'), /unknown check "probe\.chat\.speed"/);
    refuses('a check that is there twice', (text) => text.replace('`probe.chat.usage`', '`probe.chat`'), /there twice/);
    refuses('an unknown section', (text) => text.replace('## Notes', '## Advertisement'), /unknown section "Advertisement"/);
    refuses('a column of nobody', (text) => text.replace('| Check | relay |', '| Check | other |'), /has the columns Check, other/);
    refuses('a failing check under a format that is well', (text) => text.replace('| `probe.chat` | PASS |', '| `probe.chat` | FAIL |'), /Chat Completions has a failing check/);
    refuses('a target that is better than its formats', (text) => text.replace('| WARN | SKIP |', '| FAIL | SKIP |'), /overall status is not what its checks say/);
    refuses('an end that is not what the targets say', (text) => text.replace('**PASS**', '**FAIL**'), /Overall is FAIL/);
    refuses('another beginning', (text) => text.replace('# OpenFusion Provider', '# My Provider'), /the first line is not/);
    refuses('a missing date', (text) => text.replace(/^Started.*\n/m, ''), /Started/);
    refuses('a missing table', (text) => text.replace(/^\| (?:Target|---|relay).*\n/gm, ''), /table of targets is missing/);
    refuses('an address with credentials', (text) => text.replace('https://relay', 'https://ann:pw@relay'), /credentials/);
    refuses('a private address', (text) => text.replace('https://relay.example', 'http://10.1.2.3:8000'), /"10\.1\.2\.3" is a private address/);
    refuses('an address of this machine', (text) => text.replace('https://relay.example', 'http://127.0.0.1:8787'), /"127\.0\.0\.1" is a private address/);
    refuses('a private name', add('See http://gpu.corp.internal/dashboard'), /"gpu\.corp\.internal" is a private address/);
    refuses('a key', add(`It answers to ${'sk-'}or-v1-0123456789abcdef.`), /secret/);
    refuses('an e-mail address', add('Write to ann@example.com.'), /e-mail address/);
    refuses('a path of a machine', add('The log is /home/ann/openfusion.log.'), /path of a machine/);
    refuses('HTML', add('<img src="x">'), /HTML/);
    refuses('a report without an end', (text) => text + 'x'.repeat(100_000), /longer than/);
  });
});
