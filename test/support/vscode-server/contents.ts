/** The npm package whose tarball carries a complete built VS Code server (1.139.1) in `lib/vscode`. */
export const packageName = 'code-server';
export const packageVersion = '4.139.1';

/** What a bare server loads of its ~100 dependencies; versions come from its own shrinkwrap. */
export const dependencyNames = [
  '@microsoft/1ds-core-js',
  '@microsoft/1ds-post-js',
  '@parcel/watcher',
  '@vscode/deviceid',
  '@vscode/fs-copyfile',
  '@vscode/iconv-lite-umd',
  '@vscode/native-watchdog',
  '@vscode/proxy-agent',
  '@vscode/ripgrep-universal',
  '@vscode/spdlog',
  '@xterm/addon-serialize',
  '@xterm/addon-unicode11',
  '@xterm/headless',
  'cookie',
  'detect-libc',
  'http-proxy-agent',
  'https-proxy-agent',
  'jschardet',
  'minimist',
  'node-pty',
  'tas-client',
  'undici',
  'vscode-oniguruma',
  'vscode-regexpp',
  'vscode-textmate',
  'ws',
  'yauzl',
  'yazl',
];

/** Native modules without a usable prebuilt binary: log files, the watchdog, terminals. */
export const compiledModules = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty'];

/** Built-in extensions that are large, ask for a sign-in or delay activation. */
export const emptiedBuiltIns = [
  'copilot',
  'emmet',
  'git',
  'github',
  'github-authentication',
  'grunt',
  'gulp',
  'ipynb',
  'jake',
  'markdown-math',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'notebook-renderers',
  'npm',
  'php-language-features',
  'terminal-suggest',
  'tunnel-forwarding',
  'typescript-language-features',
];
