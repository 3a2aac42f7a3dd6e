import assert from 'node:assert/strict';
import type { ConfigInput } from '../../../src/config/schema.ts';
import type { WireFormat } from '../../../src/protocol/types.ts';
import { bodyOf, PATHS, type Asked } from '../../support/wire-client.ts';
import { ask, type Reply } from './ask.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { startRogue, type Rogue } from './rogue.ts';
import { verdictOf } from './verdict.ts';

/** The key of the upstream: nobody but it may ever see this. */
export const UPSTREAM_KEY = 'sk-rogue-4f/9a+c2e8d7b6a5-0123456789';

export interface Asks extends Asked {
  /** What the upstream plays; also makes the model's id, so that one play's failures are not another's. */
  title?: string;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface Bench {
  readonly gateway: GatewayProcess;
  readonly rogue: Rogue;
  /** A request in one of the formats. */
  ask(wire: WireFormat, asked?: Asks): Promise<Reply>;
  /** The process is there, said nothing of an unexpected error, and answers a good request. */
  assertWell(): Promise<void>;
  /** What the request's agent would see, see {@link verdictOf}. */
  see(wire: WireFormat, asked: Asks): Promise<string>;
}

export interface BenchOptions {
  /** Without `upstream` it is the rogue; a function is told the rogue's address. */
  config?: ConfigInput | ((baseURL: string) => ConfigInput);
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
}

/** A bench that the caller closes. */
export async function openBench({ config: wanted = {}, env = {}, args = [] }: BenchOptions = {}): Promise<Bench & { close(): Promise<void> }> {
  const rogue = await startRogue();
  const config = typeof wanted === 'function' ? wanted(rogue.baseURL) : wanted;
  const upstream = { baseURL: rogue.baseURL, apiKeyEnv: 'ROGUE_KEY', ...config.upstream };
  const gateway = await startGatewayProcess({ config: { ...config, upstream }, env: { ROGUE_KEY: UPSTREAM_KEY, ...env }, args }).catch(async (error: unknown) => { await rogue.close(); throw error; });
  const token = env['GATEWAY_TOKEN'];
  let told = 0;
  const asking = (wire: WireFormat, { title = 'good', headers = {}, signal, ...asked }: Asks = {}): Promise<Reply> => ask(gateway.port, {
    path: PATHS[wire], headers: { 'x-title': title, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify(bodyOf(wire, { model: `rogue/${title}`, ...asked })), ...(signal === undefined ? {} : { signal }),
  });
  return {
    gateway, rogue, ask: asking,
    see: async (wire, asked) => verdictOf(wire, asked.stream === true, await asking(wire, asked)),
    async assertWell() {
      assert.equal(gateway.ended, null, `the gateway ended: ${gateway.stderr}`);
      assert.equal(verdictOf('chat', false, await asking('chat')), 'whole');
      const said = gateway.stderr.slice(told);
      told += said.length;
      assert.doesNotMatch(said, /unexpected|unhandled|\bat .*\.ts:\d/i);
    },
    async close() { await gateway.stop(); await rogue.close(); },
  };
}

/** One gateway process and one upstream for the cases of a `describe`; after each of them the gateway must be well. */
export function useBench(options: BenchOptions = {}): Bench {
  let open: Awaited<ReturnType<typeof openBench>>;
  before('start a gateway', async function () { this.timeout(60_000); open = await openBench(options); });
  afterEach('the gateway is well', () => open.assertWell());
  after('stop the gateway', () => open?.close());
  return {
    get gateway() { return open.gateway; },
    get rogue() { return open.rogue; },
    ask: (wire, asked) => open.ask(wire, asked),
    see: (wire, asked) => open.see(wire, asked),
    assertWell: () => open.assertWell(),
  };
}
