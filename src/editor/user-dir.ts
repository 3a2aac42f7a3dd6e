import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** The folder `User` of this editor, where its chat keeps its models; null in a remote window, whose editor is another machine's. */
export function userDirOf({ globalStorageUri }: Pick<vscode.ExtensionContext, 'globalStorageUri'>): string | null {
  return globalStorageUri.scheme === 'file' && vscode.env.remoteName === undefined ? dirname(dirname(globalStorageUri.fsPath)) : null;
}
