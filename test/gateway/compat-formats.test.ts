import assert from 'node:assert/strict';
import { PROBE_NAMES, runProbe } from '../../src/receipts/probe.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type ProbeEndpoint, startProbeEndpoint } from '../support/probe-endpoint.ts';

/** The gateway in front of an upstream that speaks one format only, judged by the probes, which share no code with it. */
describe('the gateway, as an endpoint is judged', () => {
  let upstream: ProbeEndpoint;
  let gateway: TestGateway;
  afterEach(() => Promise.all([gateway.close(), upstream.close()]));

  for (const protocol of ['chat', 'responses', 'messages'] as const) {
    it(`passes every check of every format over an upstream that speaks ${protocol}`, async () => {
      upstream = await startProbeEndpoint({ formats: [protocol] });
      gateway = await startGateway({
        upstream: { kind: protocol === 'messages' ? 'anthropic' : 'openai', baseURL: upstream.baseURL, protocols: [protocol] },
        roles: { fast: { model: 'm', description: 'the upstream’s only model' } },
      });
      const { checks } = await runProbe({ url: gateway.baseURL, model: 'openfusion/fast', timeoutMs: 10_000, formats: ['chat', 'responses', 'messages'] });
      assert.deepEqual(checks.map(({ name }) => name), PROBE_NAMES);
      assert.deepEqual(checks.filter(({ status }) => status !== 'pass').map(({ name, status, detail }) => `${name}: ${status}, ${detail}`).filter((line) => !/overflow: skip|no 429 came/.test(line)), []);
      assert.ok(upstream.requests.every(({ format, kind }) => format === protocol && kind !== 'unknown-model' && kind !== 'invalid'));
    });
  }
});
