import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { freePort } from '../free-port.ts';
import { repoDir, resultsDir } from '../paths.ts';
import { launchBrowser } from './browser.ts';
import { installServer } from './install.ts';
import { screenshotAll } from './screenshot.ts';
import { startServer, type RunningServer } from './server.ts';
import { openWindow } from './window.ts';
import type { Workbench } from './workbench.ts';

const setupTimeoutMs = 300_000;

export interface EditorOptions {
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** The extension under development; this repository when not named. */
  extension?: string;
  /** Folders are not trusted until the person says so. */
  restricted?: boolean;
  /** Use what this installs instead of a development folder. */
  vsix?: string;
}

/** A VS Code server and a browser for the tests of one `describe`. */
export class Editor {
  readonly server: RunningServer;
  readonly context: BrowserContext;
  /** The port set for the gateway. */
  readonly gatewayPort: number;
  private readonly browser: Browser;
  private readonly extension: string | undefined;

  private constructor(parts: { server: RunningServer; browser: Browser; context: BrowserContext; gatewayPort: number; extension?: string }) {
    this.server = parts.server;
    this.browser = parts.browser;
    this.context = parts.context;
    this.gatewayPort = parts.gatewayPort;
    this.extension = parts.extension;
  }

  /** Starts both, with a free port for the gateway in the settings. */
  static async start({ settings, env, extension = repoDir, vsix, restricted = false }: EditorOptions = {}): Promise<Editor> {
    const gatewayPort = await freePort();
    const trust = restricted ? { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' } : {};
    const allSettings = { ...gatewaySettings(gatewayPort), ...trust, ...settings };
    const server = await startServer({ installed: await installServer(), settings: allSettings, env, vsix, restricted });
    try {
      const browser = await launchBrowser();
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      return new Editor({ server, browser, context, gatewayPort, extension: vsix ? undefined : extension });
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** The gateway's address for agents. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.gatewayPort}/v1`;
  }

  /** Opens a window on a folder of its own inside the server's workspace. */
  async openWindow(folderName = 'project'): Promise<Workbench> {
    const folder = join(this.server.workspace, folderName);
    await mkdir(folder, { recursive: true });
    return openWindow(this.context, { origin: this.server.origin, folder, extension: this.extension });
  }

  /** Sets it as the settings editor does: for the user, and for the machine that the window works on. */
  async set(key: string, value: unknown): Promise<void> {
    for (const scope of ['User', 'Machine']) {
      const path = join(this.server.root, 'data', scope, 'settings.json');
      await writeFile(path, JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), [key]: value }));
    }
  }

  /** Keeps what a person needs to understand a failure. */
  async recordFailure(name: string): Promise<void> {
    const shots = await screenshotAll(this.context, name);
    await writeFile(join(resultsDir, 'vscode-server.log'), this.server.output());
    console.log(`      screenshots: ${shots.join(', ')}`);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/** Settings that keep the extension on one port, and decide what it would ask on a machine with other users. */
export function gatewaySettings(port: number): Record<string, unknown> {
  return { 'openfusion.server.port': port, 'openfusion.server.requireToken': false };
}

/** Registers the hooks of one `describe`; the answer gives its editor once they ran. Failed tests leave screenshots. */
export function useEditor(options: EditorOptions | (() => Promise<EditorOptions>) = {}): () => Editor {
  let editor: Editor | undefined;
  before(async function () {
    this.timeout(setupTimeoutMs);
    editor = await Editor.start(typeof options === 'function' ? await options() : options);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await editor?.recordFailure(this.currentTest.fullTitle());
  });
  after(async function () {
    this.timeout(setupTimeoutMs);
    await editor?.stop();
  });
  return () => {
    if (!editor) throw new Error('the editor has not started');
    return editor;
  };
}
