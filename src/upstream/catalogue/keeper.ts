import type { RefreshReport } from '../../config/known-facts.ts';
import type { Config } from '../../config/schema.ts';
import type { Catalogue } from './catalogue.ts';
import type { DownloadOptions } from './download.ts';
import { fetchedCatalogue, isOutdated, refreshCatalogue } from './library.ts';

/** How often it is looked whether a day has passed since the lists were fetched. */
const LOOK_EVERY_MS = 3_600_000;

export interface KeeperOptions {
  /** What is known until more is read. */
  catalogue: Catalogue;
  nowMs(): number;
  log(level: 'warn', message: string): void;
  /** The configuration of now, and how lists are reached with it. */
  wanted(): { catalogue: Config['catalogue']; connectorFor: DownloadOptions['connectorFor']; /** False: nothing is fetched unasked. */ mayFetch: boolean };
  /** {@link CatalogueKeeper.current} is another one now. */
  onChange(): void;
}

/** The catalogue of a running gateway: read when it owns the port, fetched anew when asked, or once a day where the user wants that. */
export class CatalogueKeeper {
  current: Catalogue;
  readonly #options: KeeperOptions;
  readonly #closing = new AbortController();
  #stateDir: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.current = options.catalogue;
  }

  /** Takes over what was fetched before; from now on it may be fetched. */
  async open(stateDir: string): Promise<void> {
    this.#stateDir = stateDir;
    this.#use(await fetchedCatalogue(stateDir));
    this.#timer ??= setInterval(() => { void this.lookAtTheDate(); }, LOOK_EVERY_MS).unref();
  }

  /** Rejects when what came could not be kept. */
  async refresh(signal: AbortSignal): Promise<RefreshReport> {
    if (this.#stateDir === null) throw new Error('this gateway has no state folder');
    const { nowMs, log, wanted } = this.#options, { catalogue, connectorFor } = wanted();
    const { catalogue: next, report } = await refreshCatalogue({ catalogue, connectorFor, stateDir: this.#stateDir, nowMs: nowMs(), signal: AbortSignal.any([signal, this.#closing.signal]) });
    for (const { error } of report.sources) if (error !== null) log('warn', `catalogue: ${error}`);
    this.#use(next);
    return report;
  }

  /** Fetches where the user wants it daily and it is another day. */
  async lookAtTheDate(): Promise<void> {
    const { nowMs, log, wanted } = this.#options, { catalogue, mayFetch } = wanted();
    if (this.#stateDir === null || !mayFetch || catalogue.refresh !== 'daily') return;
    try {
      if (await isOutdated(this.#stateDir, nowMs())) await this.refresh(this.#closing.signal);
    } catch (error) {
      log('warn', `catalogue: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }

  #use(next: Catalogue | null): void {
    if (next === null || this.#closing.signal.aborted) return;
    this.current = next;
    this.#options.onChange();
  }
}
