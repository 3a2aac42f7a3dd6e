import * as vscode from 'vscode';
import { askOwner } from './ask-owner.ts';
import { routeReceipt } from './route-receipt.ts';
import { runningGateway } from './running-gateway.ts';
import type { VirtualDocuments } from './virtual-documents.ts';
import type { WindowGateway } from './window-gateway.ts';

const TIMEOUT_MS = 10_000;

/** Shows the plan for the selection, or for a prompt that is asked for. No model is called. */
export async function routePrompt(gateway: WindowGateway, documents: VirtualDocuments): Promise<void> {
  const prompt = selectedText() ?? (await askForPrompt());
  if (!prompt) return;
  const owner = await runningGateway(gateway);
  if (!owner) return;
  const answer = await askOwner(owner, {
    method: 'POST', path: 'debug/route', token: gateway.host.clientToken,
    json: { model: 'openfusion/auto', messages: [{ role: 'user', content: prompt }] }, signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await documents.show(vscode.l10n.t('Route Receipt'), routeReceipt(prompt, answer), vscode.ViewColumn.Beside);
}

function selectedText(): string | null {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) return null;
  const text = editor.document.getText(editor.selection);
  return text.trim() ? text : null;
}

async function askForPrompt(): Promise<string | null> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('OpenFusion: Route Prompt'),
    prompt: vscode.l10n.t('Prompt to make a plan for; no model is called'),
    placeHolder: vscode.l10n.t('Review this patch for security risks and missing tests'),
    ignoreFocusOut: true,
  });
  return text?.trim() ? text : null;
}
