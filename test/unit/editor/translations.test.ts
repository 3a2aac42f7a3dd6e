import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from '../../support/paths.ts';

const EDITOR = join(repoDir, 'src/editor');
const CALL = /\b(?:l10n\.)?t\((?:\s*)'((?:[^'\\]|\\.)*)'/gu;

/** Every text that the editor's code shows by `t('…')`. */
function shownTexts(): string[] {
  const sources = readdirSync(EDITOR).map((name) => readFileSync(join(EDITOR, name), 'utf8'));
  return [...new Set(sources.flatMap((source) => [...source.matchAll(CALL)].map(([, text = '']) => text.replaceAll('\\\'', '\''))))].sort();
}

const placeholders = (text: string): string[] => (text.match(/\{\d+\}/gu) ?? []).sort();

describe('the Chinese texts', () => {
  const chinese = JSON.parse(readFileSync(join(repoDir, 'l10n/bundle.l10n.zh-cn.json'), 'utf8')) as Record<string, string>;

  it('are there for exactly the texts that the code shows', () => {
    assert.deepEqual(Object.keys(chinese).sort(), shownTexts());
  });

  it('have the same placeholders', () => {
    for (const [english, text] of Object.entries(chinese)) assert.deepEqual(placeholders(text), placeholders(english), english);
  });
});
