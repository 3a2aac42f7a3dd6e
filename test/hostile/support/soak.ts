/** Clients good and bad before upstreams good and bad, drawn by a seed, and what became of each of their requests. */
import { WebSocket } from 'ws';
import type { WireFormat } from '../../../src/protocol/types.ts';
import { bodyOf, FORMATS, PATHS, readBack } from '../../support/wire-client.ts';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import { FAULTS } from './faults.ts';
import { wellAnswered, type Play, type Rogue, type RogueCall } from './rogue.ts';
import { openTcp, rawRequest } from './tcp.ts';
import { randomFrom } from './values.ts';
import { verdictOf } from './verdict.ts';

/** Nobody waits longer than this for an answer, ms. */
const HANG_MS = 20_000;
/** Requests under way at once. */
const LANES = 24;
/** Calls of a panel and of roles that several requests share fail so often. */
const SHARED_FAULTS = 0.15;
/** An upstream that says nothing until its caller goes. */
export const SILENT = 'soak-silent';
const USED = FAULTS.filter(({ heavy, long }) => heavy !== true && long !== true);

export interface SoakCounts {
  sent: number;
  /** Came to an end that a client can tell from others: whole, an error, or a loud break. */
  answered: number;
  /** The client went before. */
  left: number;
  /** What answers were, by their first word: `whole`, `502`, `cut`, … */
  seen: Map<string, number>;
  /** What may not be: no answer, another one's words, an end that only looks like one. */
  wrong: string[];
}

/** Three upstreams, each of another format, and nine models on them; limits that make stalls short. */
export function soakConfig(baseURL: string) {
  const timeouts = { connectMs: 1_000, firstByteMs: 2_500, idleMs: 1_500, totalMs: 6_000 };
  const skills = { coding: 1, reasoning: 1, writing: 1, verification: 1 };
  const models = Array.from({ length: 9 }, (_, at) => ({ name: `m${at}`, model: `soak/m${at}`, upstreamName: `up-${FORMATS[at % FORMATS.length] ?? 'chat'}` }));
  return {
    upstream: { protocols: [...FORMATS], timeouts }, server: { holdHeadersMs: 1_000 },
    upstreams: Object.fromEntries(FORMATS.map((wire) => [`up-${wire}`, { baseURL, protocols: [wire], apiKeyEnv: 'ROGUE_KEY', timeouts }])),
    roles: Object.fromEntries(models.map(({ name, model, upstreamName }) => [name, { model, upstreamName }])),
    auto: { candidates: models.map(({ name, model, upstreamName }, at) => ({ id: name, role: name, model, upstreamName, skills, pricing: { inputUsdPer1M: 1 + at, outputUsdPer1M: 1 + at } })), fallbackRoles: models.map(({ name }) => name) },
    fusion: { minPanel: 3, maxPanel: 3, maxUpstreamCalls: 8, judgeRole: 'm7', synthesizerRole: 'm8', toolRole: 'm0' },
  };
}

const titleOf = (fault: number): string => `soak-${fault}`;

/** What the upstream does for the titles of a soak. It lets connections go that wait for a call, as servers do. */
export function playSoak(rogue: Rogue, seed: number): void {
  const politely = (play: Play): Play => async (call, asked) => {
    const polite = Object.create(call, { write: { value: (bytes: string | Uint8Array) => call.write(shortLived(bytes)) } }) as RogueCall;
    await (play.length < 2 ? (play as (call: RogueCall) => unknown)(polite) : play(polite, asked));
  };
  rogue.play(SILENT, async (call) => { await call.gone; });
  rogue.play('soak-good', politely(wellAnswered));
  rogue.play('soak-slow', politely(async (call, asked) => { await new Promise((resolve) => { setTimeout(resolve, 300); }); await wellAnswered(call, asked); }));
  for (const [at, { play }] of USED.entries()) rogue.play(titleOf(at), politely(play));
  rogue.play('soak-shared', politely(async (call, asked) => {
    const random = randomFrom(seed + 7_000_000 + call.index);
    const fault = random() < SHARED_FAULTS ? USED[Math.floor(random() * USED.length)] : undefined;
    await (fault?.play ?? wellAnswered)(call, asked);
  }));
}

/** With a header by which the connection is closed a second after its answer; `Keep-Alive` minus the two seconds that `undici` keeps clear of it. */
function shortLived(bytes: string | Uint8Array): string | Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  return text.startsWith('HTTP/1.1 ') ? Buffer.from(text.replace(/^(HTTP\/1\.1 [2-5]\d\d .*?\r\n)/, '$1keep-alive: timeout=3\r\n'), 'latin1') : bytes;
}

/** Sends requests `from`, `from + 1`, … until `goesOn` says no. Each is drawn from the seed and its number alone, but for what `changes` says. */
export async function soak(bench: Bench, seed: number, from: number, goesOn: (sent: number) => boolean, changes: Partial<Drawn> = {}): Promise<SoakCounts> {
  const counts: SoakCounts = { sent: 0, answered: 0, left: 0, seen: new Map(), wrong: [] };
  const lane = async (): Promise<void> => {
    while (goesOn(counts.sent)) {
      const order = from + counts.sent++;
      const drawn = { ...draw(randomFrom(seed + order), order), ...changes };
      const what = `request ${order} (${drawn.wire}, ${drawn.model}, ${drawn.title}, ${drawn.client})`;
      try {
        const seen = await clientOf(drawn.client)(bench, drawn);
        if (seen === null) { counts.left++; continue; }
        counts.answered++;
        const kind = seen.startsWith('other words') ? 'whole' : seen.split(' ')[0] ?? seen;
        counts.seen.set(kind, (counts.seen.get(kind) ?? 0) + 1);
        if (!ALLOWED.test(seen) || (drawn.mustBeWhole && seen !== 'whole')) counts.wrong.push(`${what}: ${seen}`);
      } catch (error) {
        counts.wrong.push(`${what}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return counts;
}

/** Some faults are none for who asked for no stream: they say "well". */
const ALLOWED = /^(whole|other words: well|cut|response\.failed|error event|4\d\d\b.*|50[234]\b.*)$/s;

export interface Drawn {
  wire: WireFormat;
  stream: boolean;
  model: string;
  title: string;
  client: 'reads' | 'reads slowly' | 'leaves' | 'resets' | 'sends half' | 'asks on a WebSocket' | 'leaves a WebSocket';
  words: string;
  /** When its client goes, ms. */
  leavesAfterMs: number;
  mustBeWhole: boolean;
}

function draw(random: () => number, order: number): Drawn {
  const share = random(), bad = random();
  const client = share < 0.6 ? 'reads' : share < 0.68 ? 'reads slowly' : share < 0.78 ? 'leaves' : share < 0.88 ? 'resets' : share < 0.92 ? 'sends half' : share < 0.97 ? 'asks on a WebSocket' : 'leaves a WebSocket';
  const wire = client.includes('WebSocket') ? 'responses' : FORMATS[Math.floor(random() * FORMATS.length)] ?? 'chat';
  const plan = random();
  const model = plan < 0.55 ? `rogue/soak-${order}` : plan < 0.7 ? 'openfusion/auto' : plan < 0.85 ? `openfusion/m${Math.floor(random() * 9)}` : 'openfusion/fusion';
  const own = plan < 0.55;
  const title = !own ? 'soak-shared' : bad < 0.45 ? titleOf(Math.floor(random() * USED.length)) : bad < 0.6 ? 'soak-slow' : 'soak-good';
  return { wire, client, model, title, stream: random() < 0.5, words: `soak ${order}`, leavesAfterMs: Math.floor(random() * 400), mustBeWhole: title === 'soak-good' || title === 'soak-slow' };
}

type Client = (bench: Bench, drawn: Drawn) => Promise<string | null>;

function clientOf(kind: Drawn['client']): Client {
  switch (kind) {
    case 'reads': return reads;
    case 'reads slowly': return readsSlowly;
    case 'asks on a WebSocket': return asksOnSocket;
    case 'leaves a WebSocket': return leavesSocket;
    default: return leaves;
  }
}

const bodyFor = ({ wire, model, stream, words }: Drawn): string => JSON.stringify(bodyOf(wire, { model, stream, prompt: `Please say <<${words}>>` }));

async function readsAt(bench: Bench, drawn: Drawn, paceMs?: number): Promise<string> {
  const { wire, stream, title, words } = drawn;
  const reply = await ask(bench.gateway.port, { path: PATHS[wire], headers: { 'x-title': title }, body: bodyFor(drawn), signal: AbortSignal.timeout(HANG_MS), ...(paceMs === undefined ? {} : { paceMs }) });
  return verdictOf(wire, stream, reply, words);
}

const reads: Client = (bench, drawn) => readsAt(bench, drawn);
const readsSlowly: Client = (bench, drawn) => readsAt(bench, drawn, 25);

/** Goes with a close or a reset, or in the middle of its own request. */
const leaves: Client = async (bench, drawn) => {
  const { wire, client, title, leavesAfterMs } = drawn;
  const tcp = await openTcp(bench.gateway.port);
  const request = rawRequest(bench.gateway.port, { path: PATHS[wire], headers: { 'x-title': title }, body: bodyFor(drawn) });
  tcp.write(client === 'sends half' ? request.slice(0, request.length >> 1) : request);
  await new Promise((resolve) => { setTimeout(resolve, leavesAfterMs); });
  if (client === 'leaves') tcp.destroy();
  else tcp.socket.resetAndDestroy();
  return null;
};

async function openSocket(bench: Bench, drawn: Drawn): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${bench.gateway.port}/v1/responses`, { headers: { 'x-title': drawn.title } });
  await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject); });
  socket.on('error', () => undefined);
  return socket;
}

const create = (drawn: Drawn): string => JSON.stringify({ type: 'response.create', ...JSON.parse(bodyFor({ ...drawn, stream: false })) as object });

const asksOnSocket: Client = async (bench, drawn) => {
  const socket = await openSocket(bench, drawn);
  const events: string[] = [];
  const over = Promise.withResolvers<string>();
  const timer = setTimeout(() => { over.reject(new Error('no end on the WebSocket')); }, HANG_MS);
  socket.on('close', () => { over.resolve('cut'); });
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    events.push(`data: ${text}\n\n`);
    const { type } = JSON.parse(text) as { type: string };
    if (type === 'error') over.resolve('error event');
    else if (type === 'response.failed') over.resolve(type);
    else if (type === 'response.completed') over.resolve(readBack('responses', events.join(''), true).completion.text === drawn.words ? 'whole' : `other words: ${text.slice(0, 200)}`);
  });
  socket.send(create(drawn));
  try {
    return await over.promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
};

const leavesSocket: Client = async (bench, drawn) => {
  const socket = await openSocket(bench, drawn);
  socket.send(create(drawn));
  await new Promise((resolve) => { setTimeout(resolve, drawn.leavesAfterMs); });
  socket.terminate();
  return null;
};
