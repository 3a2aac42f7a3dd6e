import * as vscode from 'vscode';
import type { HostState } from '../gateway/host-messages.ts';
import { statusOf } from './status.ts';

const PRIORITY = 50;
const BACKGROUND = { error: 'statusBarItem.errorBackground', warning: 'statusBarItem.warningBackground' };

/** The one item in the status bar; {@link statusOf} says what it shows. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('openfusion.status', vscode.StatusBarAlignment.Right, PRIORITY);

  constructor(state: HostState) {
    this.item.name = 'OpenFusion';
    this.show(state);
    this.item.show();
  }

  show(state: HostState): void {
    const { text, tooltip, colour, command } = statusOf(state, vscode.l10n.t);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.backgroundColor = colour ? new vscode.ThemeColor(BACKGROUND[colour]) : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
