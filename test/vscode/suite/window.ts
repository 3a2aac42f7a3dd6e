import * as vscode from 'vscode';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;
const patienceMs = 15_000;

/** The extension under test. */
export function extensionUnderTest(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('openfusion.openfusion');
  if (!extension) throw new Error('openfusion.openfusion is not among the extensions of this window');
  return extension;
}

/** The gateway's address as the settings of this window say it. */
export function gatewayOrigin(): string {
  const port = vscode.workspace.getConfiguration('openfusion').get<number>('server.port');
  return `http://127.0.0.1:${port}`;
}

/** Waits until `condition` answers something; its last error is told when that never comes. */
export async function eventually<T>(condition: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  let last: unknown = 'it never came';
  while (Date.now() < deadline) {
    try {
      const value = await condition();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    await delay(pollMs);
  }
  throw new Error(`waited ${patienceMs} ms in vain: ${String(last)}`);
}

/** Activates the extension and waits until its gateway answers. */
export async function runningGateway(): Promise<{ origin: string; health: Record<string, unknown> }> {
  await extensionUnderTest().activate();
  const origin = gatewayOrigin();
  const health = await eventually(async () => {
    const answer = await fetch(`${origin}/health`);
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined;
  });
  return { origin, health };
}
