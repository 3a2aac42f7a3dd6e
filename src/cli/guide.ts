import { planConnect } from '../clients/connect/plan.ts';
import { baseUrlOf, keyVariable, PLACEHOLDER_KEY } from '../clients/endpoint.ts';
import type { Client, Endpoint, Place, Step } from '../clients/types.ts';
import type { Target } from './client-target.ts';
import { columns } from './output.ts';
import { stepLines } from './steps.ts';

export interface Guide {
  client: string;
  base_url: string;
  api_key: string;
  model: string;
  /** How to start the gateway, then the agent. */
  start: Step[];
  /** What `connect` writes where nothing is yet. */
  files: { path: string; format: string; text: string }[];
  verify: Step[];
}

/** All that one must know to do by hand what `connect` does. */
export function guideTo(client: Client, { endpoint, desk: { place } }: Pick<Target, 'endpoint' | 'desk'>): Guide {
  const { key } = endpoint;
  return {
    client: client.id,
    base_url: client.protocol === 'messages' ? endpoint.origin : baseUrlOf(endpoint),
    api_key: key.kind === 'env' ? `the token in ${key.name}` : PLACEHOLDER_KEY,
    model: endpoint.model.id,
    start: [{ text: 'Start OpenFusion: a VS Code window with the extension, or', command: serveCommand(endpoint) }, ...client.start(endpoint, place)],
    files: snippets(client, endpoint, place),
    verify: verification(client, endpoint, place),
  };
}

function serveCommand({ origin }: Endpoint): string {
  const { port } = new URL(origin);
  return `openfusion serve${port === '' || port === '8787' ? '' : ` --port ${port}`}`;
}

/** The files as they are in a home where nothing is yet; a long one that is ours altogether is named alone. */
function snippets(client: Client, endpoint: Endpoint, place: Place): Guide['files'] {
  const empty: Place = { ...place, exists: () => false };
  return client.files(endpoint, empty).map(({ path, content }) => ({
    path, format: content.kind === 'settings' ? content.format : content.kind === 'block' ? 'sh' : 'json',
    text: content.kind === 'whole' ? '' : planConnect(null, content, null).text,
  }));
}

function verification(client: Client, endpoint: Endpoint, place: Place): Step[] {
  const { key } = endpoint;
  const models = key.kind === 'env'
    ? `curl -H "Authorization: Bearer ${place.platform === 'win32' ? `$env:${key.name}` : `$${keyVariable(key)}`}" ${baseUrlOf(endpoint)}/models`
    : `curl ${baseUrlOf(endpoint)}/models`;
  return [
    { text: 'Does the gateway answer?', command: models },
    { text: 'Does every wire format work?', command: `openfusion doctor --probe-url ${baseUrlOf(endpoint)}${key.kind === 'env' ? ` --probe-key-env ${key.name}` : ''}` },
    ...(client.files(endpoint, place).length === 0 ? [] : [{ text: 'Does the agent point at it?', command: 'openfusion connect --list' }]),
    ...(client.headless === undefined ? [] : [{ text: 'Does the agent get an answer?', command: client.headless(endpoint) }]),
    { text: 'What became of its requests?', command: 'openfusion traces' },
  ];
}

/** The guide for people. */
export function guideText(client: Client, { base_url: baseUrl, api_key: apiKey, model, start, files, verify }: Guide): string {
  const shown = files.filter(({ text }) => text !== '');
  const named = files.filter(({ text }) => text === '');
  return `${[
    `# ${client.title} with OpenFusion`,
    '',
    columns([['base_url', baseUrl], ['api_key', apiKey], ['model', model]]),
    '',
    '## Start',
    '',
    ...stepLines(start),
    ...(shown.length === 0 ? [] : ['', '## Configuration', '', `\`openfusion connect ${client.id}\` writes this and leaves the rest of the file as it is:`]),
    ...shown.flatMap(({ path, format, text }) => ['', path, '', `\`\`\`${format}`, text.trimEnd(), '```']),
    ...named.map(({ path }) => `\nand ${path}, the model catalog.`),
    '',
    '## Check',
    '',
    ...stepLines(verify),
  ].join('\n')}\n`;
}
