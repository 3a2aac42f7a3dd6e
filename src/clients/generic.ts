import { valueAt } from './edit/data.ts';
import { baseUrlOf, isOurModel, PLACEHOLDER_KEY, textOr } from './endpoint.ts';
import { exportLine } from './shell.ts';
import type { Client, Endpoint, Place, Step } from './types.ts';

/** Everything else that reads the usual variables: nothing is written, the lines are for the user's shell. */
export const generic: Client = {
  id: 'generic',
  title: 'Any other program',
  protocol: 'chat',
  commands: [],
  traces: () => [],
  files: () => [],
  baseUrlIn: ([env]) => (modelIn(env) === null ? null : textOr(valueAt(env, ['OPENAI_BASE_URL']))),
  modelIn: ([env]) => modelIn(env),
  start: (endpoint, place) => [
    ...variablesOf(endpoint).map(([name, value]): Step => ({ text: `# ${USE[name] ?? name}`, command: value === null ? fromVariable(endpoint, place, name) : exportLine(place, name, value) })),
  ],
  stop: ({ platform }) => [{ text: '# In each shell where they were set:', command: platform === 'win32' ? `Remove-Item ${Object.keys(USE).map((name) => `env:${name}`).join(', ')}` : `unset ${Object.keys(USE).join(' ')}` }],
};

function modelIn(env: unknown): string | null {
  const model = valueAt(env, ['OPENAI_MODEL']);
  return isOurModel(model) ? model : null;
}

const USE: Readonly<Record<string, string>> = {
  OPENAI_BASE_URL: 'OpenAI SDKs and most tools', OPENAI_API_BASE: 'the same for LiteLLM and older tools', OPENAI_API_KEY: 'the key', OPENAI_MODEL: 'the model, where it is read',
  ANTHROPIC_BASE_URL: 'Anthropic SDKs', ANTHROPIC_AUTH_TOKEN: 'the key for those', ANTHROPIC_MODEL: 'the model, where it is read',
};

/** Name and value; null: the token, which is never printed. */
function variablesOf(endpoint: Endpoint): [name: string, value: string | null][] {
  const baseUrl = baseUrlOf(endpoint);
  const key = endpoint.key.kind === 'placeholder' ? PLACEHOLDER_KEY : null;
  return [
    ['OPENAI_BASE_URL', baseUrl], ['OPENAI_API_BASE', baseUrl], ['OPENAI_API_KEY', key], ['OPENAI_MODEL', endpoint.model.id],
    ['ANTHROPIC_BASE_URL', endpoint.origin], ['ANTHROPIC_AUTH_TOKEN', key], ['ANTHROPIC_MODEL', endpoint.model.id],
  ];
}

function fromVariable({ key }: Endpoint, { platform }: Place, name: string): string {
  const from = key.kind === 'env' ? key.name : '';
  return platform === 'win32' ? `$env:${name} = $env:${from}` : `export ${name}="$${from}"`;
}
