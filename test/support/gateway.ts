import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type App, type AppOptions } from '../../src/app.ts';
import { parseConfig } from '../../src/config/load.ts';
import type { Config, ConfigInput } from '../../src/config/schema.ts';
import type { OwnPortState } from '../../src/ownership/own-port.ts';
import type { TraceRecord } from '../../src/trace/types.ts';

export interface TestGateway {
  app: App;
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** `<origin>/v1` */
  baseURL: string;
  port: number;
  viewToken: string;
  logs: string[];
  post(path: string, body: unknown, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
  chat(body: Record<string, unknown>, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
  /** The newest finished trace. */
  lastTrace(): Promise<TraceRecord>;
  configure(config: ConfigInput): void;
  close(): Promise<void>;
}

export type GatewayConfig = ConfigInput & { upstreamURL?: string };

/** The configuration of a test: small pool, scripted upstream, no key needed. */
export function testConfig({ upstreamURL, ...given }: GatewayConfig): Config {
  const parsed = parseConfig({
    ...(upstreamURL === undefined ? {} : { upstream: { baseURL: upstreamURL } }),
    ...given,
    server: { port: 0, ...given.server },
  }, 'test');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.config;
}

/** A real gateway on a free port, run from source in this process; `stateDir` is kept when it ends. */
export async function startGateway(given: GatewayConfig = {}, { stateDir: kept, ...options }: Partial<AppOptions> & { stateDir?: string } = {}): Promise<TestGateway> {
  const stateDir = kept ?? await mkdtemp(join(tmpdir(), 'openfusion-test-'));
  const logs: string[] = [];
  const sources = options.sources ?? { env: {}, secrets: {} };
  const app = createApp({
    config: testConfig(given), sources, forceDryRun: false, mode: { kind: 'auto' }, kind: 'serve', version: '0.0.0-test',
    log: (level, message) => { logs.push(`${level}: ${message}`); }, ...options,
  });
  const own = app.own({ stateDir, drainMs: () => 1_000, onState: () => undefined });
  const state: OwnPortState = await own.settled;
  if (state.status !== 'owner') throw new Error(`the gateway did not start: ${JSON.stringify(state)}`);
  const origin = `http://127.0.0.1:${state.port}`;
  const post: TestGateway['post'] = (path, body, { headers = {}, signal } = {}) => fetch(origin + path, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body), ...(signal === undefined ? {} : { signal }),
  });
  return {
    app, origin, baseURL: `${origin}/v1`, port: state.port, viewToken: state.viewToken, logs, post,
    chat: (body, init) => post('/v1/chat/completions', { model: 'openfusion/auto', messages: [{ role: 'user', content: 'Say hello' }], ...body }, init),
    async lastTrace() {
      app.traces.flush();
      const [summary] = (await app.traces.list({ limit: 10 })).filter(({ status }) => status !== 'running');
      const trace = summary === undefined ? undefined : await app.traces.get(summary.id);
      if (trace === undefined) throw new Error('no finished trace');
      return trace;
    },
    configure: (config) => { app.configure({ config: testConfig(config), sources, forceDryRun: false }); },
    async close() {
      await own.stop();
      await app.close();
      if (kept === undefined) await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** The `data:` objects of an SSE answer; `[DONE]` as a string. */
export function sseEvents(text: string): (Record<string, unknown> | '[DONE]')[] {
  return text.split('\n\n').map((event) => event.trim()).filter((event) => event.startsWith('data:'))
    .map((event) => { const data = event.slice(5).trim(); return data === '[DONE]' ? data : JSON.parse(data) as Record<string, unknown>; });
}

/** All text of an SSE answer. */
export function sseText(text: string): string {
  return sseEvents(text).map((event) => {
    if (event === '[DONE]') return '';
    const [choice] = event['choices'] as { delta?: { content?: string } }[];
    return choice?.delta?.content ?? '';
  }).join('');
}
