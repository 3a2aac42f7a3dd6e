import assert from 'node:assert/strict';
import { matches } from '../../../src/viewer/filter.ts';
import { summaryOf } from '../../../src/viewer/summary.ts';
import { chore, failed, fusionPanel } from '../../viewer/fixtures.ts';

const [fused, broken, small] = [fusionPanel(0), failed(0), chore(0)].map(summaryOf);

describe('the filter of the list', () => {
  it('wants every word, anywhere in the line, in any case', () => {
    assert.ok(fused);
    assert.equal(matches(fused, { text: 'CODEX event  gpt-4.1', status: 'all' }), true);
    assert.equal(matches(fused, { text: 'codex aider', status: 'all' }), false);
    assert.equal(matches(fused, { text: '   ', status: 'all' }), true);
  });

  it('finds dry runs, fallbacks and ids by their words', () => {
    assert.ok(small && fused);
    assert.equal(matches(small, { text: 'dry-run', status: 'all' }), true);
    assert.equal(matches(fused, { text: 'dry-run', status: 'all' }), false);
    assert.equal(matches(fused, { text: 'panel_member_failed', status: 'all' }), true);
    assert.equal(matches(fused, { text: 'tr_fusion', status: 'all' }), true);
  });

  it('selects by status, and by whether another model stepped in', () => {
    assert.ok(broken && fused);
    assert.equal(matches(broken, { text: '', status: 'failed' }), true);
    assert.equal(matches(fused, { text: '', status: 'failed' }), false);
    assert.equal(matches(fused, { text: '', status: 'fallback' }), true);
    assert.equal(matches(broken, { text: '', status: 'fallback' }), false);
  });
});
