import assert from 'node:assert/strict';
import { markdownOf } from '../../../src/viewer/markdown.ts';
import { everyKind, failed, fusionPanel, record } from '../../viewer/fixtures.ts';
import { hostile } from '../../viewer/hostile.ts';

const NOW_MS = 1_790_000_000_000;

/** The text outside of code fences and code spans. */
function prose(markdown: string): string {
  return markdown.replace(/^(`{3,})text\n[\s\S]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');
}

describe('a trace as Markdown', () => {
  it('tells who was asked, who served, why and what it took', () => {
    const markdown = markdownOf(fusionPanel(NOW_MS));
    for (const part of [
      '# OpenFusion trace `tr_fusion`', '**Asked**: `openfusion/fusion` by codex over Responses', '**Served by**: `openai/gpt-4.1` at `openrouter`', '**Strategy**: `fusion-panel` (asked for fusion)',
      '**Fallback**: panel member failed', '**Time**: 21.5 s', '24100 in (2048 cached), 5210 out', '**Cost**: $0.084', '## Candidates', '- Rejected: `reasoner`', '### Judge:', '## Answer',
    ]) assert.ok(markdown.includes(part), part);
  });

  it('says what to do about an error', () => {
    assert.match(markdownOf(failed(NOW_MS)), /## Error\n\n429 `rate_limited`: .*\n\nEvery candidate is cooling down: try again in 20 s/);
  });

  it('has as many cells in each line of a table as columns', () => {
    for (const trace of [...everyKind(NOW_MS), hostile(NOW_MS)]) {
      const tables = markdownOf(trace).split('\n\n').filter((block) => block.startsWith('| '));
      for (const table of tables) {
        const widths = new Set(table.split('\n').filter((line) => line.startsWith('|')).map((line) => line.replaceAll('\\|', '').split('|').length));
        assert.equal(widths.size, 1, table);
      }
    }
  });

  it('lets hostile text neither become HTML, nor a link, nor leave its fence', () => {
    const outside = prose(markdownOf(hostile(NOW_MS)));
    assert.doesNotMatch(outside, /(^|[^\\])<(img|script|b)/);
    assert.doesNotMatch(outside, /(^|[^\\])\]\(/);
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(markdownOf(hostile(NOW_MS)), /[\u001b\u202e]/);
  });

  it('fences text that has fences of its own', () => {
    const markdown = markdownOf(record('a', NOW_MS, { answer: 'before\n````\ninside\n````\n\n\n\nafter' }));
    assert.match(markdown, /\n`````text\nbefore\n````\ninside\n````\n\n\n\nafter\n`````\n/);
  });

  it('works for a request that got neither a plan nor an answer', () => {
    const markdown = markdownOf(record('a', NOW_MS, { plan: null, served: null, usage: null, costUsd: null, phases: [], firstContentMs: null }));
    assert.match(markdown, /\*\*Served by\*\*: no model/);
    assert.doesNotMatch(markdown, /undefined|null|NaN/);
  });
});
