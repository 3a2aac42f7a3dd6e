/** Entry of the gateway's thread in the extension host. */
import { parentPort, workerData } from 'node:worker_threads';
import { createApp, type App } from '../app.ts';
import { createKeyring } from '../config/secrets.ts';
import { ensurePrivateDir, stateDirOf } from '../config/state-dir.ts';
import { trustFile } from '../config/trust-store.ts';
import type { OwnPort, OwnPortState } from '../ownership/own-port.ts';
import { createRedactor } from '../trace/redact.ts';
import type { ConfigSources, FromWorker, HostState, ToWorker, WorkerOptions } from './host-messages.ts';
import { surviveErrors } from './last-resort.ts';
import { LiveRelay } from './live-relay.ts';
import { loadWindowConfig } from './window-config.ts';

declare const OPENFUSION_VERSION: string | undefined;

const port = parentPort;
if (port === null) throw new Error('the gateway worker must be started as a thread');
const post = (message: FromWorker): void => { port.postMessage(message); };
const redactor = createRedactor([]);
const log = (level: 'debug' | 'info' | 'warn' | 'error', message: string): void => { post({ type: 'log', level, message: redactor.redactText(message) }); };
const secrets = new Set<string>();
/** From now on these keys stand in nothing that the host is told. */
function keepSecret(values: readonly string[]): void {
  for (const value of values) secrets.add(value);
  redactor.replaceSecrets([...secrets]);
}

/** One window's gateway: loads the configuration, owns or attaches, and tells the host what happens. */
class WindowGateway {
  readonly #options: WorkerOptions;
  readonly #live = new LiveRelay(post);
  #given: ConfigSources;
  #stateDir = '';
  #app: App | null = null;
  #own: OwnPort | null = null;
  #port: OwnPortState = { status: 'starting' };
  #drainMs = 2_000;
  #failed: string | null = null;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#given = options;
  }

  async start(): Promise<void> {
    this.#stateDir = await ensurePrivateDir(this.#options.stateDir ?? stateDirOf());
    await this.load();
  }

  /** Reads the configuration (again). A bad one never takes a running gateway down. */
  async load(given: ConfigSources = this.#given): Promise<void> {
    this.#given = given;
    keepSecret(Object.values(given.secrets));
    const loaded = await loadWindowConfig(given, this.#stateDir, process.env);
    post({ type: 'config', report: redactor.redactDeep(loaded.report) });
    if (!loaded.ok) {
      log('error', `The configuration is not valid:\n${loaded.message}`);
      this.#failed = loaded.message;
      this.#tell();
      return;
    }
    this.#failed = null;
    keepSecret(createKeyring(loaded.value.config, loaded.value.sources).values());
    for (const note of loaded.value.notes) log('warn', note);
    const settings = { ...loaded.value, forceDryRun: given.forceDryRun };
    if (this.#app === null) {
      this.#app = createApp({
        ...settings, mode: this.#options.mode, kind: 'window', version: typeof OPENFUSION_VERSION === 'string' ? OPENFUSION_VERSION : this.#options.version, log,
        onOwnerState: () => { this.#tell(); this.#live.stateChanged(); },
      });
      this.#live.useTraces(this.#app);
      this.#takePort(this.#app);
      return;
    }
    const before = this.#app.settings.server;
    this.#app.configure(settings);
    const { host, port: wanted } = loaded.value.config.server;
    if (before.host !== host || before.port !== wanted) {
      await this.#own?.stop();
      this.#takePort(this.#app);
    }
    this.#tell();
  }

  #takePort(app: App): void {
    this.#own = app.own({
      stateDir: this.#stateDir,
      drainMs: () => this.#drainMs,
      onState: (state) => { this.#port = state; this.#entered(app, state); this.#tell(); },
      onMessage: (message) => {
        if (message.type === 'hello') this.#own?.send({ type: 'watchText', on: this.#live.watching });
        this.#live.fromOwner(message);
      },
    });
  }

  #entered(app: App, state: OwnPortState): void {
    // Between two owners the panel keeps what it shows: the next one greets it.
    if (state.status === 'attached' || state.status === 'owner') this.#live.follow(state.status === 'attached' ? 'owner' : 'own');
    // A panel that is open already knows the address from before.
    if (state.status === 'owner') this.#live.stateChanged();
    if (state.status === 'owner') log('info', `OpenFusion listening on http://${app.ownerState().host}:${state.port}`);
    if (state.status === 'failed') log('error', state.message);
  }

  async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'configure': await this.load(message); return;
      case 'setMode':
        if (this.#port.status === 'attached') this.#own?.send({ type: 'setMode', mode: message.mode });
        else this.#app?.setMode(message.mode);
        return;
      case 'watchLive':
        this.#own?.send({ type: 'watchText', on: message.on });
        await this.#live.watch(message.on);
        return;
      case 'trustConfig': {
        const trusted = await trustFile(message.file, this.#stateDir);
        if (!trusted.ok) log('error', trusted.errors.map((issue) => issue.message).join('\n'));
        await this.load();
        return;
      }
      case 'stop':
        this.#drainMs = message.drainMs;
        await this.#own?.stop();
        await this.#app?.close();
        post({ type: 'stopped' });
        port?.close();
    }
  }

  #tell(): void {
    const viewToken = this.#port.status === 'owner' || this.#port.status === 'attached' ? this.#port.viewToken : null;
    post({ type: 'state', state: redactor.redactDeep(this.#hostState()), viewToken, clientToken: this.#app?.settings.token ?? null });
  }

  #hostState(): HostState {
    const state = this.#port;
    if (this.#app === null || state.status === 'starting') return this.#failed === null ? { status: 'starting' } : { status: 'failed', code: 'config', message: this.#failed };
    switch (state.status) {
      case 'owner': return { status: 'owner', owner: this.#app.ownerState() };
      case 'attached': return { status: 'attached', owner: state.owner };
      case 'failed': return failedState(state, this.#app.settings.server);
      case 'stopped': return { status: 'stopped' };
    }
  }
}

function failedState({ code, message, suggestedPort }: Extract<OwnPortState, { status: 'failed' }>, { host, port: taken }: { host: string; port: number }): HostState {
  return { status: 'failed', code, message, ...(code === 'port_taken' && { taken: { host, port: taken, free: suggestedPort } }) };
}

const gateway = new WindowGateway(workerData as WorkerOptions);
const trouble = (error: unknown): void => { log('error', error instanceof Error ? (error.stack ?? error.message) : String(error)); };
surviveErrors((message) => { log('error', message); });
let queue: Promise<void> = gateway.start().catch((error: unknown) => {
  trouble(error);
  post({ type: 'state', state: { status: 'failed', code: 'listen', message: redactor.redactText(error instanceof Error ? error.message : String(error)) }, viewToken: null, clientToken: null });
});
// One after the other: a stop waits for a load, and a load sees the one before it.
port.on('message', (message: ToWorker) => { queue = queue.then(() => gateway.handle(message)).catch(trouble); });
