import * as vscode from 'vscode';
import { overallOf } from '../receipts/check.ts';
import { runCompare } from '../receipts/compare.ts';
import { runDoctor } from '../receipts/doctor.ts';
import { runEval } from '../receipts/eval.ts';
import { createHttpPort } from '../receipts/port-http.ts';
import { roleModelId, type ReceiptPort } from '../receipts/port.ts';
import type { Progress } from '../receipts/progress.ts';
import { renderComparison } from '../receipts/render/compare.ts';
import { renderDoctorMarkdown } from '../receipts/render/doctor.ts';
import { renderEval } from '../receipts/render/eval.ts';
import type { OwnerState } from '../trace/types.ts';
import { baseUrlOf, originOf } from './base-url.ts';
import { editorChecks } from './doctor-checks.ts';
import { runningGateway } from './running-gateway.ts';
import type { VirtualDocuments } from './virtual-documents.ts';
import type { WindowGateway } from './window-gateway.ts';

interface ReportRun {
  owner: OwnerState;
  port: ReceiptPort;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  say: (message: string) => void;
}

interface Report {
  title: string;
  /** Real models are called many times: only after a yes. */
  asksFirst: boolean;
  run: (run: ReportRun) => Promise<string>;
}

/** Configuration, keys, the panel or one real call, and the endpoint as an agent uses it. */
export async function runDoctorCommand(gateway: WindowGateway, documents: VirtualDocuments): Promise<void> {
  await makeReport(gateway, documents, {
    title: vscode.l10n.t('OpenFusion Doctor'),
    asksFirst: false,
    run: async ({ owner, port, signal, say }) => {
      const role = owner.roles.includes('fast') ? 'fast' : owner.roles[0];
      const report = await runDoctor({
        ...(owner.dryRun ? { dryRunPort: port } : { realPort: port }), realRole: role, signal,
        probe: { url: baseUrlOf(owner), key: gateway.host.clientToken ?? undefined, model: role === undefined ? undefined : roleModelId(role) },
        onProgress: say,
      });
      const checks = [...editorChecks(gateway.state, gateway.report), ...report.checks];
      return renderDoctorMarkdown({ ...report, checks, status: overallOf(checks) });
    },
  });
}

/** The built-in cases through one role and through the whole panel. */
export async function runCompareCommand(gateway: WindowGateway, documents: VirtualDocuments): Promise<void> {
  await makeReport(gateway, documents, {
    title: vscode.l10n.t('OpenFusion Compare'),
    asksFirst: true,
    run: async ({ owner, port, signal, onProgress }) => {
      const baselineRole = owner.roles.includes('fast') ? 'fast' : owner.roles[0];
      return renderComparison(await runCompare({ port, baselineRole, configuredRoles: owner.roles, onProgress, signal }));
    },
  });
}

/** The built-in cases through the whole panel. */
export async function runEvalCommand(gateway: WindowGateway, documents: VirtualDocuments): Promise<void> {
  await makeReport(gateway, documents, {
    title: vscode.l10n.t('OpenFusion Eval'),
    asksFirst: true,
    run: async ({ owner, port, signal, onProgress }) => renderEval(await runEval({ port, configuredRoles: owner.roles, onProgress, signal })),
  });
}

/** Runs under a progress notification that can be cancelled, then shows the Markdown. */
async function makeReport(gateway: WindowGateway, documents: VirtualDocuments, { title, asksFirst, run }: Report): Promise<void> {
  const owner = await runningGateway(gateway);
  if (!owner || (asksFirst && !owner.dryRun && !(await mayCallModels()))) return;
  const abort = new AbortController();
  const port = createHttpPort({
    baseUrl: originOf(owner), token: gateway.host.clientToken ?? undefined, viewToken: gateway.host.viewToken ?? undefined, dryRun: owner.dryRun,
  });
  try {
    const markdown = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
      token.onCancellationRequested(() => abort.abort(new vscode.CancellationError()));
      return run({
        owner, port, signal: abort.signal, say: (message) => progress.report({ message }),
        onProgress: ({ total, caseId, step }) => progress.report({ message: `${caseId}: ${step}`, increment: 100 / total }),
      });
    });
    await documents.show(title, markdown, vscode.ViewColumn.Active);
  } catch (error) {
    if (!abort.signal.aborted && !(error instanceof vscode.CancellationError)) throw error;
  }
}

async function mayCallModels(): Promise<boolean> {
  const yes = vscode.l10n.t('Call the Models');
  return (await vscode.window.showWarningMessage(vscode.l10n.t('This sends the built-in prompts to the real models, several calls each, and costs money.'), { modal: true }, yes)) === yes;
}
