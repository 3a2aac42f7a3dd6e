/** The composition root of a running gateway: configuration in, routing, strategies, upstreams, store and traces wired, server out. */
import { randomUUID } from 'node:crypto';
import type { NetworkSettings } from './config/network-settings.ts';
import type { Config } from './config/schema.ts';
import { createKeyring, dryRunState, type SecretSources } from './config/secrets.ts';
import { createGateway } from './gateway/server.ts';
import type { GatewaySettings } from './gateway/parts.ts';
import { ResponseMemory } from './gateway/response-memory.ts';
import { modelEntries } from './gateway/model-entries.ts';
import { proofFor, sameSecret } from './ownership/challenge.ts';
import { ownPort, type OwnPort, type OwnPortState } from './ownership/own-port.ts';
import { Learner } from './routing/learning/learner.ts';
import { withLearned, type LearnedPicture } from './routing/learning/with-learned.ts';
import { withMeasured } from './routing/measured.ts';
import { planRequest } from './routing/plan.ts';
import type { Mode, Plan } from './routing/types.ts';
import { createStore, type OwnedStore, type StoreConfig } from './store/create-store.ts';
import { dayKeyOf, type Store } from './store/types.ts';
import { createEngine } from './strategy/create-engine.ts';
import type { Engine } from './strategy/engine.ts';
import { MintedReasoning } from './strategy/minted.ts';
import { createLiveHub, type LiveHub } from './trace/live.ts';
import { createRecorder, type TraceLog } from './trace/recorder.ts';
import { createRedactor, type Redactor } from './trace/redact.ts';
import type { LiveMessage, OwnerState } from './trace/types.ts';
import type { Catalogue } from './upstream/catalogue/catalogue.ts';
import { completeConfig } from './upstream/catalogue/complete.ts';
import { CatalogueKeeper } from './upstream/catalogue/keeper.ts';
import { builtInCatalogue } from './upstream/catalogue/library.ts';
import { HealthBoard } from './upstream/health.ts';
import { QuirkBook } from './upstream/quirk-book.ts';
import { createNetwork, type Network } from './upstream/network.ts';
import { createUpstreams } from './upstream/registry.ts';
import { Measurements, type Picture } from './upstream/telemetry/measurements.ts';
import type { Upstream } from './upstream/types.ts';
import { viewerCsp, viewerHtml } from './viewer/html.ts';

declare const OPENFUSION_VIEWER_SCRIPT: string | undefined;
declare const OPENFUSION_VIEWER_STYLE: string | undefined;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a configuration comes with; may be replaced while the gateway runs. */
export interface AppSettings {
  config: Config;
  sources: SecretSources;
  /** What the editor says of proxies and certificates; the environment is read from `sources`. */
  network?: NetworkSettings | null;
  forceDryRun: boolean;
}

export interface AppOptions extends AppSettings {
  /** What is known of models until this process owns the port, and reads what was fetched; absent means what comes with the package. */
  catalogue?: Catalogue;
  mode: Mode;
  kind: 'window' | 'serve';
  version: string;
  log(level: LogLevel, message: string): void;
  /** Told when mode or configuration change what {@link App.ownerState} says. */
  onOwnerState?(state: OwnerState): void;
}

export interface OwnOptions {
  stateDir: string;
  onState(state: OwnPortState): void;
  /** The live feed of the owner that we are attached to. */
  onMessage?(message: LiveMessage): void;
}

export interface App {
  readonly engine: Engine;
  readonly traces: TraceLog;
  readonly settings: GatewaySettings;
  ownerState(): OwnerState;
  setMode(mode: Mode): void;
  /** Takes another configuration over without a restart; requests that run go on with the old one. */
  configure(settings: AppSettings): void;
  /** Takes the port, or attaches to the owner. Only one call at a time; `drainMs` is for the running requests when it stops. */
  own(options: OwnOptions & { drainMs(): number }): OwnPort;
  close(): Promise<void>;
}

/** What follows from one configuration. */
interface Wiring { settings: GatewaySettings; upstreams: Map<string, Upstream>; config: Config; network: Network; quirks: QuirkBook; dryRun: boolean; dryRunReason: string }

/** What every wiring shares, whatever the configuration. */
interface Shared {
  store: Store;
  secrets: Set<string>;
  redactor: Redactor;
  traces: TraceLog;
  health: HealthBoard;
  minted: MintedReasoning;
  measurements: Measurements;
  learner: Learner;
  catalogue: CatalogueKeeper;
  mode(): Mode;
  log: AppOptions['log'];
}

const nowMs = Date.now;
/** A tool loop stays on its model however long a tool takes; only the sticky bonus ends with `stickiness.ttlMs`. */
const PIN_LIFE_MS = 86_400_000;
const storeConfigOf = ({ config, sources }: Pick<AppSettings, 'config' | 'sources'>): StoreConfig => {
  const { trace, auto } = config;
  const redis = createKeyring(config, sources).redisAddress();
  return {
    ...trace, sessionTtlMs: Math.max(PIN_LIFE_MS, auto.stickiness.ttlMs),
    redis: redis.ok && redis.address !== null && trace.redis !== undefined ? { address: redis.address, prefix: trace.redis.prefix } : null,
  };
};

/** Wires a gateway; nothing listens until {@link App.own}. */
export function createApp(options: AppOptions): App {
  const { version, kind } = options;
  const redactor = createRedactor([]);
  const log: AppOptions['log'] = (level, message) => { options.log(level, redactor.redactText(message)); };
  const store: OwnedStore = createStore({ config: storeConfigOf(options), nowMs, log, onStatus: () => { changed(); }, onKept: () => { shared.measurements.load(); shared.learner.ledger.load(); } });
  const responses = new ResponseMemory(nowMs);
  const learner = new Learner(store.learned);
  const traces = createRecorder({ store, config: options.config.trace, redactor, nowMs, onRated: (record, thumb) => learner.rated(record, thumb, { nowMs: nowMs(), learns: wiring.config.auto.learning.enabled }) });
  let mode = options.mode;
  let bound = { host: options.config.server.host, port: options.config.server.port };
  let live: LiveHub | null = null;
  let latest: AppSettings = options;
  const catalogue = new CatalogueKeeper({
    catalogue: options.catalogue ?? builtInCatalogue(), nowMs, log, onChange: () => { configure(latest); },
    wanted: () => ({ catalogue: wiring.config.catalogue, connectorFor: wiring.network.connectorFor, mayFetch: !wiring.dryRun }),
  });
  const shared: Shared = {
    store, secrets: new Set(), redactor, traces, health: new HealthBoard(nowMs), minted: new MintedReasoning(), measurements: new Measurements(store.telemetry), learner, catalogue,
    mode: () => mode, log,
  };
  let wiring = wire(options, shared);

  const ownerState = (): OwnerState => ({
    version, pid: process.pid, ...bound, mode, kind, dryRun: wiring.dryRun, dryRunReason: wiring.dryRunReason, roles: Object.keys(wiring.config.roles), store: store.status,
  });
  /** A successor may listen as soon as we do not, and reads what is written by then. */
  const letGo = async (gateway: { close(drainMs: number): Promise<void> }, drainMs: number): Promise<void> => {
    live = null;
    traces.flush();
    void store.flush();
    await gateway.close(drainMs);
    traces.flush();
    await store.release();
  };
  const changed = (): void => { live?.stateChanged(); options.onOwnerState?.(ownerState()); };
  const setMode = (next: Mode): void => { mode = next; changed(); };
  function configure(next: AppSettings): void {
    const old = wiring;
    latest = next;
    wiring = wire(next, shared, old);
    store.configure(storeConfigOf(next));
    traces.configure(next.config.trace);
    for (const upstream of old.upstreams.values()) upstream.close({ now: false }).catch(() => undefined);
    changed();
  }

  return {
    get engine() { return wiring.settings.engine; },
    get settings() { return wiring.settings; },
    traces, ownerState, setMode, configure,
    own: ({ stateDir, onState, onMessage, drainMs }) => ownPort({
      ...wiring.config.server, stateDir, version, kind,
      onState(state) {
        // One mode for all: a successor goes on with the mode of the owner that it followed.
        if (state.status === 'attached') setMode(state.owner.mode);
        onState(state);
      },
      ...(onMessage === undefined ? {} : { onMessage }),
      onWarning: (message) => { log('warn', message); },
      async listen({ viewToken, proofKey }) {
        const hub = createLiveHub({ traces, ownerState, setMode });
        const gateway = createGateway({
          settings: () => wiring.settings, version, kind, viewToken, proofFor: (nonce) => proofFor(proofKey, nonce), sameSecret, ownerState, traces, live: hub, redactor, responses,
          viewer: VIEWER, nowMs, newId, newTraceId: createTraceIds(), log,
        });
        // A former owner may have fetched it anew.
        await catalogue.open(stateDir);
        const { host, port } = wiring.config.server;
        const result = await gateway.listen(host, port);
        if (!result.ok) return result;
        // Before the first request: what a former owner counted and pinned holds for it.
        store.open(stateDir);
        live = hub;
        bound = { host, port: result.port };
        void catalogue.lookAtTheDate();
        return { ok: true, port: result.port, close: () => letGo(gateway, drainMs()) };
      },
    }),
    async close() {
      catalogue.close();
      traces.flush();
      await Promise.all([...wiring.upstreams.values()].map((upstream) => upstream.close({ now: true })));
      await store.close();
    },
  };
}

/** Everything that follows from one configuration. */
function wire({ config: given, sources, network: settings = null, forceDryRun }: AppSettings, shared: Shared, before?: Wiring): Wiring {
  const { store, redactor, traces, health, minted, measurements, learner, log } = shared;
  const config = completeConfig(given, shared.catalogue.current);
  const keyring = createKeyring(config, sources);
  const network = createNetwork({ env: sources.env, settings, log });
  // A key that was in use stays masked: traces of its time are still there.
  for (const value of [...keyring.values(), ...network.secrets()]) shared.secrets.add(value);
  redactor.replaceSecrets([...shared.secrets]);
  const dry = dryRunState(config, sources, forceDryRun);
  const { dryRun } = dry;
  const keyless = dryRun ? new Set<string>() : keyring.keylessUpstreams();
  const upstreams = createUpstreams(config, {
    dryRun, network, nowMs, headersFor: (name) => keyring.headersFor(name).headers,
    keyFor: (name) => { const key = keyring.keyFor(name); return key.state === 'present' ? key.key : undefined; },
  });
  const token = keyring.serverToken();
  const experienced = experiencedConfig(config, shared);
  const quirks = new QuirkBook(config.upstreams, before?.quirks);
  const engine = createEngine({
    config, upstreams, health, minted, redactor, quirks, recorder: traces, dryRun, nowMs,
    plan: (request, { headers }) => planRequest({
      request, headers, config: dryRun ? config : experienced(), mode: shared.mode(), nowMs: nowMs(), keylessUpstreams: keyless, coolingUntilMs: health.coolingUntilMs(), pinOf: (id) => store.sessions.get(id),
      spentTodayUsd: config.budget.maxUsdPerDay === undefined ? 0 : store.spend.getUsd(dayKeyOf(nowMs())),
    }),
    onAnswered: (pin) => { remember(store, pin); },
    onSpent: (usd, atMs) => { store.spend.addUsd(dayKeyOf(atMs), usd); },
    onMeasured: (samples) => { for (const sample of samples) measurements.add(sample, nowMs()); },
    onFinished: (record, request) => { if (config.auto.learning.enabled) learner.finished(record, request); },
    onUnexpected: (error) => { log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)); },
  });
  const created = Math.floor(nowMs() / 1000);
  return {
    config, upstreams, network, quirks, dryRun,
    dryRunReason: dry.reason,
    settings: {
      server: config.server, token: token.ok ? token.token : null, engine, refreshCatalogue: (signal) => shared.catalogue.refresh(signal),
      learned: () => ({ enabled: config.auto.learning.enabled, entries: learner.ledger.entries(nowMs()) }),
      forgetLearned: (of) => learner.ledger.forget(of),
      get models() { return modelEntries(config, created, measurements.picture(nowMs())); },
    },
  };
}

/** The configuration with what was measured and learned; the same object as long as these are the same. */
function experiencedConfig(config: Config, { measurements, learner: { ledger } }: Shared): () => Config {
  const { enabled } = config.auto.learning;
  let last: { measured: Picture; learned: LearnedPicture | null; config: Config } | null = null;
  return () => {
    const measured = measurements.picture(nowMs()), learned = enabled ? ledger.picture(nowMs()) : null;
    if (last?.measured !== measured || last.learned !== learned) {
      const laidOver = withMeasured(config, measured);
      last = { measured, learned, config: learned === null ? laidOver : withLearned(laidOver, learned) };
    }
    return last.config;
  };
}

/** After an answer that succeeded: which candidate its session stays with. */
function remember(store: Store, pin: Plan['pin']): void {
  if (pin === null) return;
  const { sessionId, candidateId, role, model, effort, escalation } = pin;
  store.sessions.set(sessionId, { candidateId, roles: { ...store.sessions.get(sessionId)?.roles, [role]: model }, updatedAtMs: nowMs(), ...(effort === undefined ? {} : { effort }), ...(escalation === undefined ? {} : { escalation }) });
}

const VIEWER = {
  page: (nonce: string) => ({
    html: viewerHtml({ title: 'OpenFusion traces', scriptSrc: '/viewer.js', styleSrc: '/viewer.css', nonce }),
    csp: viewerCsp({ nonce }),
  }),
  script: typeof OPENFUSION_VIEWER_SCRIPT === 'string' ? OPENFUSION_VIEWER_SCRIPT : '',
  style: typeof OPENFUSION_VIEWER_STYLE === 'string' ? OPENFUSION_VIEWER_STYLE : '',
};

/** Random, safe in URLs and headers; `randomUUID` draws from a pool, so it costs no system call. */
const newId = (): string => randomUUID().replaceAll('-', '').slice(0, 24);

/** Ids that name traces and open nothing: a random start for this process, then a count. */
function createTraceIds(): () => string {
  const start = newId().slice(0, 16);
  let count = 0;
  return () => start + (count++ >>> 0).toString(16).padStart(8, '0');
}
