import assert from 'node:assert/strict';
import { check } from '../../../src/receipts/check.ts';
import type { CompatMatrix, CompatRow } from '../../../src/receipts/compat.ts';
import { renderCompat } from '../../../src/receipts/render/compat.ts';

const row = (name: string, given: Partial<CompatRow> = {}): CompatRow => ({
  name, url: 'https://relay.example/v1', model: 'm', status: 'pass', formats: { chat: 'pass', messages: 'skip' },
  checks: [check('probe.models', 'pass', 'x'), check('probe.chat', 'pass', 'x'), check('probe.messages', 'skip', 'not offered: HTTP 404')], ...given,
});
const matrix = (...targets: CompatRow[]): CompatMatrix => ({ object: 'openfusion.compat_matrix', schema: 'openfusion.compat_matrix.v1', startedAt: '2026-11-23T12:00:00.000Z', version: '1.2.3', timeoutMs: 30_000, status: 'fail', targets });

describe('the compatibility matrix as Markdown', () => {
  it('says when, with what, and how each target does in each format that was asked for', () => {
    assert.deepEqual(renderCompat(matrix(row('local'), row('re|lay', { status: 'fail', formats: { chat: 'fail', messages: 'warn' } }))).split('\n').slice(0, 13), [
      '# OpenFusion Provider Compatibility Matrix', '',
      'Started: `2026-11-23T12:00:00.000Z`', 'Tool: `openfusion 1.2.3`', 'Timeout: 30000 ms', 'Overall: **FAIL**', '',
      '| Target | Endpoint | Model | Chat Completions | Messages | Overall |', '| --- | --- | --- | --- | --- | --- |',
      '| local | `https://relay.example/v1` | `m` | PASS | SKIP | PASS |', '| re\\|lay | `https://relay.example/v1` | `m` | FAIL | WARN | FAIL |', '',
      '## Chat Completions',
    ]);
  });

  it('has the targets side by side, check by check', () => {
    const text = renderCompat(matrix(row('a'), row('b', { checks: [check('probe.chat', 'fail', 'broken')] })));
    assert.match(text, /\| Check \| a \| b \|\n\| --- \| --- \| --- \|\n\| `probe\.chat` \| PASS \| FAIL \|\n\| `probe\.chat\.stream` \| SKIP \| SKIP \|/);
    assert.match(text, /## Any format\n\n.*\n.*\n\| `probe\.models` \| PASS \| SKIP \|/);
  });

  it('says once what is said of several checks and of several targets', () => {
    const checks = [check('probe.chat', 'fail', 'no connection', { hint: 'Is it running?' }), check('probe.chat.stream', 'fail', 'no connection', { hint: 'Is it running?' })];
    const notes = renderCompat(matrix(row('a', { checks }), row('b', { checks }))).split('## Notes\n\n')[1];
    assert.equal(notes, '- a, b: `probe.chat`, `probe.chat.stream`: FAIL, no connection. Is it running?\n');
  });

  it('has no notes when there is nothing to note', () => {
    assert.doesNotMatch(renderCompat(matrix(row('a', { checks: [check('probe.chat', 'pass', 'x')] }))), /Notes/);
  });
});
