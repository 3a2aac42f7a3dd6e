import type * as vscode from 'vscode';
import type { GatewayHost } from '../gateway/host.ts';
import type { ConfigReport, ConfigSources, HostState } from '../gateway/host-messages.ts';
import type { Mode } from '../routing/types.ts';
import type { OwnerState } from '../trace/types.ts';
import { sameMode, storedMode } from './modes.ts';
import type { Memory, StoredKeys } from './stored-keys.ts';

const MODE_KEY = 'openfusion.mode';
const DRAIN_MS = 10_000;
/** The editor gives a closing window about 5 s. */
const CLOSING_DRAIN_MS = 2_000;
const CHANGES_SETTLE_MS = 150;
const START_TIMEOUT_MS = 15_000;

export interface WindowGatewayOptions {
  host: GatewayHost;
  keys: StoredKeys;
  /** Gathers settings, places of files, and the stored keys of these names. */
  readSources: (secretNames: readonly string[]) => Promise<ConfigSources>;
  version: string;
  /** Keeps the mode over restarts of the editor. */
  memory: Memory;
  log: Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn' | 'error'>;
}

/** This window's gateway: the thread with the configuration, the keys and the mode of this window. */
export class WindowGateway {
  readonly host: GatewayHost;
  private readonly options: WindowGatewayOptions;
  private settling: NodeJS.Timeout | undefined;
  private lastReport: ConfigReport | null = null;

  constructor(options: WindowGatewayOptions) {
    this.host = options.host;
    this.options = options;
    this.host.on('state', ({ state }) => this.rememberMode(state));
    this.host.on('log', ({ level, message }) => options.log[level](message));
    this.host.on('config', ({ report }) => this.hear(report));
  }

  get state(): HostState {
    return this.host.state;
  }

  /** Owner of the port, when it is up: this window, another one or `serve`. */
  get owner(): OwnerState | null {
    return ownerIn(this.host.state);
  }

  /** What became of the configuration; null before the first load. */
  get report(): ConfigReport | null {
    return this.lastReport;
  }

  async start(): Promise<void> {
    const { readSources, version, memory } = this.options;
    const sources = await readSources(this.secretNames());
    await this.host.start({ ...sources, version, stateDir: null, mode: storedMode(memory.get(MODE_KEY)) });
  }

  stop(): Promise<void> {
    return this.host.stop(DRAIN_MS);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Ends with the window. */
  close(): Promise<void> {
    clearTimeout(this.settling);
    return this.host.stop(CLOSING_DRAIN_MS);
  }

  /** Sends the configuration again once changes have come to rest; several at once cost one reload. */
  reconfigureSoon(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => void this.reconfigure(), CHANGES_SETTLE_MS);
  }

  async reconfigure(): Promise<void> {
    clearTimeout(this.settling);
    this.host.configure(await this.options.readSources(this.secretNames()));
  }

  setMode(mode: Mode): void {
    this.host.setMode(mode);
  }

  /** Waits while it starts. Answers null when it does not come up. */
  async whenRunning(): Promise<OwnerState | null> {
    if (this.host.state.status !== 'starting') return this.owner;
    const settled = Promise.withResolvers<undefined>();
    const off = this.host.on('state', ({ state }) => state.status !== 'starting' && settled.resolve(undefined));
    const timer = setTimeout(() => settled.resolve(undefined), START_TIMEOUT_MS);
    await settled.promise;
    clearTimeout(timer);
    off();
    return this.owner;
  }

  private hear(report: ConfigReport): void {
    const known = this.secretNames();
    // One that was not taken says little: what is known of the running one stays.
    this.lastReport = report.error === null || !this.lastReport ? report : { ...this.lastReport, error: report.error };
    // Another window may have stored a key whose name this one hears of for the first time.
    if (this.secretNames().some((name) => !known.includes(name))) void this.reconfigureForNewNames(known);
  }

  private async reconfigureForNewNames(known: readonly string[]): Promise<void> {
    const stored = await Promise.all(this.secretNames().filter((name) => !known.includes(name)).map((name) => this.options.keys.get(name)));
    if (stored.some((key) => key !== null)) await this.reconfigure();
  }

  private secretNames(): string[] {
    if (!this.lastReport) return this.options.keys.storedNames();
    const keyNames = this.lastReport.upstreams.flatMap(({ keyName }) => keyName ?? []);
    return [...new Set([...this.options.keys.storedNames(), ...keyNames, ...this.lastReport.secretNames])];
  }

  private rememberMode(state: HostState): void {
    const { memory } = this.options;
    const owner = ownerIn(state);
    if (owner && !sameMode(owner.mode, storedMode(memory.get(MODE_KEY)))) void memory.update(MODE_KEY, owner.mode);
  }
}

function ownerIn(state: HostState): OwnerState | null {
  return state.status === 'owner' || state.status === 'attached' ? state.owner : null;
}
