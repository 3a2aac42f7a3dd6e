import type * as vscode from 'vscode';
import { GatewayHost, spawnThread } from '../gateway/host.ts';
import { isObject } from '../receipts/guards.ts';
import { readConfigSources } from './config-sources.ts';
import type { StoredKeys } from './stored-keys.ts';
import { WindowGateway } from './window-gateway.ts';

/** This window's gateway, not started yet. */
export function createGateway(context: vscode.ExtensionContext, keys: StoredKeys, log: vscode.LogOutputChannel): WindowGateway {
  const host = new GatewayHost({ spawn: spawnThread(context.asAbsolutePath('dist/gateway.js')) });
  const manifest: unknown = context.extension.packageJSON;
  const version = isObject(manifest) && typeof manifest.version === 'string' ? manifest.version : '0.0.0';
  return new WindowGateway({ host, keys, readSources: (names) => readConfigSources(keys, names), version, memory: context.globalState, log });
}
