import js from '@eslint/js';
import ts from 'typescript-eslint';

/**
 * The rooms of the architecture and what each may import: `values` freely, `types` as `import type` only (shapes of what
 * it is handed). Everything else of ours is refused.
 */
const ROOMS = {
  editor: { values: ['config', 'gateway/host', 'ownership', 'clients', 'receipts'], types: ['trace', 'routing', 'protocol', 'gateway'] },
  gateway: { values: ['protocol', 'config', 'trace'], types: ['strategy', 'routing', 'store'] },
  ownership: { values: ['config'], types: ['trace', 'routing'] },
  protocol: { values: [], types: [] },
  routing: { values: [], types: ['protocol', 'config'] },
  strategy: { values: ['upstream', 'protocol'], types: ['routing', 'config', 'trace', 'store'] },
  upstream: { values: ['protocol', 'config'], types: [] },
  store: { values: ['config'], types: ['trace', 'routing'] },
  trace: { values: ['store'], types: ['routing', 'protocol', 'config'] },
  config: { values: [], types: [] },
  receipts: { values: ['routing', 'strategy', 'upstream', 'trace', 'config', 'protocol'], types: [] },
  clients: { values: ['config'], types: [] },
  fanout: { values: ['clients', 'receipts', 'config'], types: [] },
  viewer: { values: [], types: ['trace', 'routing', 'protocol'] },
};
const ALL = [...Object.keys(ROOMS), 'app', 'cli', 'extension'];

/** `../room/x.ts` and deeper; single files of the top level by name. */
const paths = (room) => (['app', 'cli', 'extension'].includes(room) ? [`**/${room}.ts`] : [`**/../${room}/**`, `./${room}/**`]);

function importRule(allowedValues, allowedTypes, self) {
  const whole = new Set(allowedValues.filter((room) => !room.includes('/')));
  const files = allowedValues.filter((room) => room.includes('/'));
  const patterns = [];
  for (const room of ALL) {
    if (room === self || whole.has(room)) continue;
    const group = [...paths(room), ...files.filter((file) => file.startsWith(`${room}/`)).map((file) => `!**/../${file}.ts`)];
    const typesOk = allowedTypes.includes(room);
    patterns.push({ group, allowTypeImports: typesOk, message: typesOk ? `${self} may import only types of ${room} (architecture: rooms).` : `${self} may not import ${room} (architecture: rooms).` });
  }
  if (self !== 'editor' && self !== 'extension') patterns.push({ group: ['vscode'], message: 'only src/editor imports vscode.' });
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

const rooms = Object.entries(ROOMS).map(([room, { values, types }]) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  ignores: ['src/gateway/worker.ts'],
  rules: importRule(values, types, room),
}));

export default ts.config(
  { ignores: ['dist/', 'node_modules/', '.cache/', 'test-results/', 'test/bench/**/*.cjs'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 25],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    ignores: ['src/viewer/**'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }], '@typescript-eslint/await-thenable': 'error' },
  },
  ...rooms,
  // The thread's entry builds a running gateway, as the CLI does.
  { files: ['src/gateway/worker.ts'], rules: importRule(['protocol', 'config', 'trace', 'ownership', 'app'], ['strategy', 'routing'], 'gateway') },
  { files: ['src/app.ts'], rules: importRule(ALL.filter((room) => !['editor', 'clients', 'receipts', 'cli', 'extension', 'app'].includes(room)), [], 'app') },
  { files: ['src/cli.ts', 'src/cli/**/*.ts'], rules: importRule(ALL.filter((room) => !['editor', 'extension'].includes(room)), [], 'cli') },
  { files: ['src/extension.ts'], rules: importRule(['editor'], [], 'extension') },
  { files: ['test/**/*.{ts,mjs}', '*.mjs', 'examples/**/*.mjs'], rules: { 'max-lines-per-function': 'off' } },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', setImmediate: 'readonly', performance: 'readonly', fetch: 'readonly', AbortController: 'readonly', TextDecoder: 'readonly', require: 'readonly', module: 'readonly', __dirname: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
