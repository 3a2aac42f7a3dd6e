import assert from 'node:assert/strict';
import { FORCED_DRY_RUN } from '../../../src/config/forced-dry-run.ts';
import { editorChecks } from '../../../src/editor/doctor-checks.ts';
import type { ConfigReport } from '../../../src/gateway/host-messages.ts';
import { attachedTo, failed, owned } from '../../support/gateway-states.ts';

const report: ConfigReport = {
  error: null, file: null, ignoredKeys: [], secretNames: [],
  upstreams: [{ name: 'default', baseURL: 'https://models.example/v1', keyName: 'KEY', key: 'stored', headerSecrets: [], moved: [] }],
};
const statuses = (checks: ReturnType<typeof editorChecks>) => Object.fromEntries(checks.map(({ name, status }) => [name, status]));

describe('the doctor in the editor', () => {
  it('passes a gateway with its key', () => {
    assert.deepEqual(statuses(editorChecks(owned(), report)), { gateway: 'pass', 'dry-run': 'pass', config: 'pass', 'upstream.default': 'pass' });
  });

  it('fails a configuration that was not taken', () => {
    assert.equal(statuses(editorChecks(owned(), { ...report, error: 'roles: unknown' })).config, 'fail');
  });

  it('says where an attached window\'s gateway is', () => {
    assert.match(editorChecks(attachedTo(), null)[0]?.detail ?? '', /another window \(process 4711\)/u);
  });

  it('fails without a gateway, with the reason', () => {
    assert.deepEqual(editorChecks(failed('config', 'bad key'), null).map(({ status, detail }) => [status, detail]), [['fail', 'bad key']]);
  });

  it('warns when traces are not kept where they should be', () => {
    const kept = (note: string | null) => editorChecks(owned({ store: { kind: 'memory', note } }), null).filter(({ name }) => name === 'store').map(({ status, detail }) => [status, detail]);
    assert.deepEqual([kept(null), kept('this Node has no node:sqlite')], [[], [['warn', 'this Node has no node:sqlite']]]);
  });

  it('advises what ends the dry-run at hand', () => {
    const hintOf = (state: ReturnType<typeof owned>): string => editorChecks(state, null).find(({ name }) => name === 'dry-run')?.hint ?? '';
    const dryRun = { dryRun: true, dryRunReason: 'SOME_KEY is not set.' };
    assert.match(hintOf(owned(dryRun)), /Set Upstream Key/u);
    assert.match(hintOf(owned({ ...dryRun, dryRunReason: FORCED_DRY_RUN })), /openfusion\.forceDryRun/u);
    assert.match(hintOf(attachedTo({ ...dryRun, kind: 'serve' })), /without --dry-run/u);
  });

  it('warns of dry-run, ignored keys and keys that are missing or held back', () => {
    const [upstream] = report.upstreams;
    assert.ok(upstream);
    const troubled = { ...report, file: '/w/openfusion.config.json', ignoredKeys: ['upstream'], upstreams: [{ ...upstream, key: 'missing' as const }, { ...upstream, name: 'b', key: 'other_origin' as const }] };
    assert.deepEqual(statuses(editorChecks(owned({ dryRun: true }), troubled)), { gateway: 'pass', 'dry-run': 'warn', config: 'warn', 'upstream.default': 'warn', 'upstream.b': 'warn' });
  });
});
