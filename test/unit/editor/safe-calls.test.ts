import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from '../../support/paths.ts';

const FOLDERS = ['src', 'src/editor'];
/** Every file that may call the editor, by its name. */
const sources = FOLDERS.flatMap((folder) => readdirSync(join(repoDir, folder)).filter((name) => name.endsWith('.ts')).map((name) => ({ name, code: readFileSync(join(repoDir, folder, name), 'utf8') })))
  .filter(({ code }) => code.includes("from 'vscode'"));
const using = (pattern: RegExp): string[] => sources.filter(({ code }) => pattern.test(code)).map(({ name }) => name);

describe('the editor\'s code', () => {
  it('reads a setting value by value, never by `get`, through which a workspace would speak for the user', () => {
    assert.ok(using(/getConfiguration\(/u).length > 1);
    assert.deepEqual(using(/getConfiguration\([^)]*\)\s*\.get\b|[sS]ettings(\(\))?\.get\b/u), []);
  });

  it('writes settings for the user alone', () => {
    assert.deepEqual(using(/ConfigurationTarget\.(Workspace|WorkspaceFolder)/u), []);
  });

  it('hands the editor no text that could be a command, a link or HTML: names and words of models are plain', () => {
    assert.deepEqual(using(/MarkdownString|\.isTrusted\s*=[^=]|supportHtml|supportThemeIcons|enableCommandUris|enableForms/u), []);
    assert.deepEqual(using(/openExternal|asExternalUri|registerUriHandler/u), []);
  });

  it('gives its one webview the built viewer and no other file', () => {
    assert.deepEqual(using(/createWebview|registerWebview|registerCustomEditor/u), ['trace-panel.ts']);
    const { code = '' } = sources.find(({ name }) => name === 'trace-panel.ts') ?? {};
    assert.deepEqual(code.match(/localResourceRoots:[^}]*/gu), ['localResourceRoots: [dist] ']);
    assert.match(code, /const dist = vscode\.Uri\.joinPath\(this\.options\.extensionUri, 'dist'\);/u);
  });
});
