import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, runningGateway } from './window.ts';

const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('openfusion');

async function plannedModel(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/debug/route`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openfusion/coder', messages: [{ role: 'user', content: 'Reverse a list.' }] }),
  });
  const body = (await answer.json()) as { plan?: { primary: { model: string } }; primary?: { model: string } };
  return (body.plan ?? body).primary?.model ?? '';
}

describe('settings', () => {
  afterEach(async () => {
    await settings().update('roles', undefined, vscode.ConfigurationTarget.Global);
  });

  it('change what the running gateway does, without a restart', async () => {
    const { origin } = await runningGateway();
    assert.notEqual(await plannedModel(origin), 'lab/coder-9');
    await settings().update('roles', { coder: { model: 'lab/coder-9' } }, vscode.ConfigurationTarget.Global);
    await eventually(async () => ((await plannedModel(origin)) === 'lab/coder-9' ? true : undefined));
  });

  it('of a workspace cannot redirect an upstream', async () => {
    await assert.rejects(async () => settings().update('upstream.baseURL', 'http://127.0.0.1:9/v1', vscode.ConfigurationTarget.Workspace));
  });
});
