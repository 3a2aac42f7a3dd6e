import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { askOwner } from './ask-owner.ts';
import { tracePage } from './trace-page.ts';
import { connectionOf, parseFromViewer, type FromViewer, type ToViewer } from './viewer-messages.ts';
import type { WindowGateway } from './window-gateway.ts';
import type { LiveMessage } from '../trace/types.ts';

const VIEW_TYPE = 'openfusion.traces';

export interface TracePanelOptions {
  extensionUri: vscode.Uri;
  gateway: WindowGateway;
  log: vscode.LogOutputChannel;
}

/** The one trace panel of this window. It survives a reload of the window, and asks for the live feed only while it is seen. */
export class TracePanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly options: TracePanelOptions;
  private readonly registration: vscode.Disposable;
  private readonly stopListening: (() => void)[];
  private panel: vscode.WebviewPanel | null = null;

  constructor(options: TracePanelOptions) {
    this.options = options;
    this.registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this);
    const { host } = options.gateway;
    this.stopListening = [
      host.on('live', ({ message }) => this.pass(message)),
      host.on('state', ({ state }) => this.send(connectionOf(state, vscode.l10n.t))),
    ];
  }

  show(): void {
    if (this.panel) return this.panel.reveal();
    this.adopt(vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t('OpenFusion Traces'), vscode.ViewColumn.Active));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.panel) panel.dispose();
    else this.adopt(panel);
    return Promise.resolve();
  }

  /** The panel itself stays: closing it while the window reloads would race with VS Code's saving of the layout, and lose it. */
  dispose(): void {
    for (const stop of this.stopListening) stop();
    this.registration.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const dist = vscode.Uri.joinPath(this.options.extensionUri, 'dist');
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.options.extensionUri, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    panel.onDidChangeViewState(() => panel.visible || this.options.gateway.host.watchLive(false));
    panel.onDidDispose(() => {
      this.panel = null;
      this.options.gateway.host.watchLive(false);
    });
    panel.webview.html = tracePage({
      scriptSrc: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'viewer.js')).toString(),
      styleSrc: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'viewer.css')).toString(),
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
    });
  }

  /** A hello starts the viewer anew: what it was told of the connection has to be told again. */
  private pass(message: LiveMessage): void {
    this.send(message);
    if (message.type === 'hello') this.send(connectionOf(this.options.gateway.state, vscode.l10n.t));
  }

  private send(message: ToViewer): void {
    if (this.panel?.visible) void this.panel.webview.postMessage(message);
  }

  private receive(value: unknown): void {
    const message = parseFromViewer(value);
    if (!message) return this.options.log.warn('The trace viewer sent a message that is none.');
    void this.answer(message).catch((error: unknown) => this.options.log.warn(`Trace viewer: ${String(error)}`));
  }

  private async answer(message: FromViewer): Promise<void> {
    const { host, state, owner } = this.options.gateway;
    if (message.type === 'ready') {
      this.send(connectionOf(state, vscode.l10n.t));
      return host.watchLive(true);
    }
    if (!owner || host.viewToken === null) return;
    const path = `traces/${encodeURIComponent(message.id)}`;
    if (message.type === 'get') {
      // The viewer checks the record field by field before it shows it.
      const reply = await askOwner(owner, { method: 'GET', path, token: host.viewToken }).then((trace) => ({ type: 'trace', trace }) as LiveMessage, () => ({ type: 'missing' as const, id: message.id }));
      return this.send(reply);
    }
    if (message.type === 'rate') {
      // The changed record comes by the live feed.
      await askOwner(owner, { method: 'POST', path: `${path}/feedback`, token: host.viewToken, json: { thumb: message.thumb } });
      return;
    }
    await askOwner(owner, { method: 'DELETE', path, token: host.viewToken });
    this.send({ type: 'deleted', id: message.id });
  }
}
