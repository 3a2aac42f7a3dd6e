import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/editor/commands.ts';
import { SETTINGS } from '../../../src/editor/settings.ts';
import { restrictedSettings, settingsContribution } from '../../support/manifest-settings.ts';
import { repoDir } from '../../support/paths.ts';

interface Manifest {
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; category: string; title: string }[];
    configuration: { properties: Record<string, { scope: string }> }[];
  };
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(repoDir, path), 'utf8'));

describe('package.json', () => {
  const manifest = readJson('package.json') as Manifest;
  const english = readJson('package.nls.json') as Record<string, string>;

  it('contributes exactly the commands that the code has', () => {
    assert.deepEqual(manifest.contributes.commands.map(({ command }) => command), Object.values(COMMANDS));
  });

  it('shows them as "OpenFusion: …" in the palette', () => {
    const titles = manifest.contributes.commands.map(({ category, title }) => `${category}: ${english[title.slice(1, -1)] ?? title}`);
    assert.deepEqual(titles, [
      'OpenFusion: Route Prompt', 'OpenFusion: Doctor', 'OpenFusion: Compare', 'OpenFusion: Eval', 'OpenFusion: Show Traces', 'OpenFusion: Set Upstream Key',
      'OpenFusion: Clear Upstream Key', 'OpenFusion: Connect Client', 'OpenFusion: Disconnect Client', 'OpenFusion: Switch Mode', 'OpenFusion: Start', 'OpenFusion: Stop', 'OpenFusion: Restart', 'OpenFusion: Copy Base URL',
      'OpenFusion: Open Config', 'OpenFusion: Refresh Model Catalog', 'OpenFusion: Show Learned Estimates', 'OpenFusion: Reset Learned Estimates', 'OpenFusion: Show Log',
    ]);
  });

  it('contributes exactly the settings that the code reads, with the scopes that it keeps to', () => {
    const contributed = Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<string, { scope: string }>;
    const scopes = Object.fromEntries(Object.entries(contributed).map(([key, { scope }]) => [key.replace(/^openfusion\./u, ''), scope]));
    assert.deepEqual(scopes, { ...SETTINGS });
  });

  it('describes settings as the one schema does (node test/support/manifest-settings.ts writes it)', () => {
    assert.deepEqual(manifest.contributes.configuration, JSON.parse(JSON.stringify(settingsContribution())));
  });

  it('restricts every setting in untrusted workspaces', () => {
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, restrictedSettings());
  });

  it('starts after the editor, not with it', () => {
    assert.deepEqual(manifest.activationEvents, ['onStartupFinished']);
  });

  it('names an icon that is there', () => assert.ok(existsSync(join(repoDir, manifest.icon))));

  it('has a text for every placeholder, and no text without one', () => {
    const used = [...readFileSync(join(repoDir, 'package.json'), 'utf8').matchAll(/"%([\w.-]+)%"/gu)].map(([, key]) => key);
    assert.deepEqual([...new Set(used)].sort(), Object.keys(english).sort());
  });

  it('has every text in Chinese too', () => {
    const chinese = readJson('package.nls.zh-cn.json') as Record<string, string>;
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  });
});
