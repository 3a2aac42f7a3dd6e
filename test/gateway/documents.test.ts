import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueText } from '../../src/config/issue.ts';
import { allKeys, configJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfigText } from '../../src/config/load.ts';
import { DOCUMENT, withReference } from '../support/configuration-table.ts';
import { repoDir } from '../support/paths.ts';

describe('docs/configuration.md', () => {
  it('has the reference that the schema gives (else: node test/support/configuration-table.ts)', async () => {
    const document = await readFile(DOCUMENT, 'utf8');
    assert.equal(document, withReference(document));
  });

  it('names every key', async () => {
    const document = await readFile(DOCUMENT, 'utf8');
    const undocumented = allKeys(configJsonSchema())
      .filter((key) => key !== '$schema' && !/\.p(50|75|90|99)$/.test(key) && !key.startsWith('upstreams.'))
      .map((key) => key.replaceAll('*', '<name>'))
      .filter((key) => !document.includes(`\`${key}\``));
    assert.deepEqual(undocumented, []);
  });

  it('shows configurations that work', async () => {
    const shown = [...(await readFile(DOCUMENT, 'utf8')).matchAll(/```jsonc?\n(.*?)```/gs)].map(([, text = '']) => text);
    assert.ok(shown.length > 0);
    for (const text of shown) {
      const parsed = parseConfigText(text, 'docs/configuration.md');
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.errors.map(issueText).join('\n'));
    }
  });
});

describe('examples/openfusion.config.json', () => {
  it('is a configuration that works, without a word of warning', async () => {
    const parsed = parseConfigText(await readFile(join(repoDir, 'examples', 'openfusion.config.json'), 'utf8'), 'examples/openfusion.config.json');
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.errors.map(issueText).join('\n'));
    assert.deepEqual(parsed.notes, []);
    assert.equal(parsed.config.auto.candidates.find(({ id }) => id === 'local')?.upstreamName, 'local');
  });
});
