// Plays one session under one policy: calls, bills, pauses, and whether its issues were solved.
import { chatRequestFrom } from '../../../src/protocol/chat/parse.ts';
import { CACHE_TTL_MS, Caches } from './sessions-cache.mjs';
import { draw, logNormal } from './sessions-random.mjs';
import { toolStep } from './sessions-steps.mjs';
import { HEAD_TOKENS, Transcript } from './sessions-transcript.mjs';

/** Agents put a summary in the place of the conversation when it is about so long. */
const COMPACT_AT_TOKENS = 160_000, SUMMARY_TOKENS = 3_000;
const TOKENS_PER_S = 60;
/** What a model says more or less by the effort that it is asked for. Our own guess. */
const EFFORT_OUTPUT = { none: 0.4, minimal: 0.5, low: 0.7, medium: 1, high: 1.5, xhigh: 2.2, max: 2.5 };
/** Users see that it is not solved this often, and then ask the same once more. */
const USER_NOTICES = 0.5;
/** A model that failed solves it when it is told so this often; another model as recorded. */
const SECOND_TRY = 0.15, SECOND_TRY_STEPS = 0.5;
/** A model that takes over in the middle is spared this part of what has been done. Our own guess: nobody has published it. */
const CARRIED = 0.5;
/** Agents give up a run that goes on for longer. */
const MAX_RUN_CALLS = 250;
const BROKEN = ['It is still broken, the same test fails.', 'Das geht immer noch nicht.', '还是不行，测试仍然失败。'];

const TITLE = { messages: [{ role: 'system', content: 'You are a title generator. Generate a short title for this conversation, at most 50 characters.' }, { role: 'user', content: 'Generate a title for this conversation' }] };
const COMPACT = 'Your task is to create a detailed summary of the conversation so far, paying close attention to the user\'s explicit requests and your previous actions.';

export function play(session, policy, { byId, blind }) {
  const game = {
    session, byId, blind, policy: policy.make(), rescue: policy.rescue, nowMs: 1_800_000_000_000, transcript: new Transcript(), caches: new Caches(), lastId: null, lastMs: 0,
    sum: { usd: 0, tasks: 0, solved: 0, calls: 0, switches: 0, switchMisses: 0, switchMissUsd: 0, othersUsd: 0, choresUsd: 0, reasons: {}, answered: {}, runs: { right: [0, 0], wrong: [0, 0] } },
  };
  titleOf(game);
  for (const task of session.tasks) {
    game.nowMs += task.pauseMs;
    game.sum.tasks++;
    if (playTask(game, task)) game.sum.solved++;
  }
  return game.sum;
}

function playTask(game, task) {
  const { transcript } = game;
  transcript.ask(task.ask, Math.ceil(task.ask.length / 4));
  const first = run(game, task, { name: task.name, share: 1, solves: task.solvedBy });
  if (!first.solved && game.rescue !== undefined) {
    const { policy } = game, strong = { id: game.rescue, others: [] };
    game.policy = { ask: () => strong, step: () => strong, chore: policy.chore };
    const { solved } = run(game, task, { name: `${task.name}/rescue`, share: 1, solves: task.solvedBy });
    game.policy = policy;
    return solved;
  }
  if (first.solved || draw(task.name, 'notices') >= USER_NOTICES) return first.solved;
  game.nowMs += logNormal(120_000, 1, task.name, 'noticing');
  transcript.ask(BROKEN[Math.floor(draw(task.name, 'language') * 1.2) % BROKEN.length], 15);
  const failed = first.id, secondTry = draw(task.name, 'second') < SECOND_TRY;
  return run(game, task, { name: `${task.name}/again`, share: SECOND_TRY_STEPS, solves: (other) => (other !== failed && task.solvedBy(other)) || secondTry }).solved;
}

/** One run of the tool loop. */
function run(game, task, { name, share, solves }) {
  const { policy, transcript, session } = game;
  const state = { name, edited: false, failure: undefined };
  let id = null, first = null, done = 0, total = 1;
  for (let at = 0; done < total && at < MAX_RUN_CALLS; at++) {
    const turn = { request: transcript.request(session.seed), nowMs: game.nowMs };
    const choice = at === 0 ? policy.ask(turn) : policy.step(turn);
    if (choice.id !== id) {
      const carried = first === null ? 0 : CARRIED * (done / total);
      id = choice.id;
      first ??= id;
      done = 0;
      total = Math.max(2, Math.round(task.steps(id) * share * (1 - carried)));
    }
    const written = Math.round(logNormal(180, 0.9, name, at, 'written') * (EFFORT_OUTPUT[choice.effort] ?? 1)), read = Math.min(12_000, Math.round(logNormal(700, 1.2, name, at, 'read')));
    call(game, choice, written);
    done++;
    transcript.step(toolStep(state, done / total, at, solves(id), { last: done === total, blind: game.blind }), written, read);
    game.nowMs += (written / TOKENS_PER_S) * 1000 + (draw(name, at, 'long') < 0.04 ? logNormal(240_000, 0.6, name, at, 'tool') : logNormal(4_000, 0.8, name, at, 'tool'));
    if (transcript.tokens > COMPACT_AT_TOKENS) compact(game);
  }
  transcript.say('Done.', 60);
  const runs = game.sum.runs[solves(first) ? 'right' : 'wrong'];
  runs[0]++;
  if (first !== id) runs[1]++;
  game.sum.answered[first] = (game.sum.answered[first] ?? 0) + 1;
  return { solved: done === total && solves(id), id };
}

function call(game, { id, others, reason }, written) {
  const { sum, caches, transcript, byId, nowMs } = game;
  const moved = game.lastId !== null && game.lastId !== id;
  const prompt = { input: transcript.tokens, output: written, stamp: transcript.era, shared: HEAD_TOKENS, nowMs };
  const { usd, cold } = caches.bill(byId.get(id), prompt);
  sum.usd += usd;
  sum.calls++;
  if (reason !== undefined) sum.reasons[reason] = (sum.reasons[reason] ?? 0) + 1;
  if (moved) {
    sum.switches++;
    // Who stayed would have found its cache warm.
    if (cold && nowMs - game.lastMs <= CACHE_TTL_MS) { sum.switchMisses++; sum.switchMissUsd += usd; }
  }
  game.lastId = id;
  game.lastMs = nowMs;
  for (const other of others) {
    const one = caches.bill(byId.get(other.id), { ...prompt, input: prompt.input + Math.round(other.reads * written), output: Math.round(other.writes * written) });
    sum.usd += one.usd;
    sum.othersUsd += one.usd;
  }
}

function titleOf(game) {
  const request = chatRequestFrom({ model: 'openfusion/auto', ...TITLE }, Buffer.alloc(6_000, 97)).value;
  const { pricing } = game.byId.get(game.policy.chore({ request, nowMs: game.nowMs }));
  game.sum.choresUsd += Caches.alone(pricing, 1_700, 20);
  game.sum.usd += Caches.alone(pricing, 1_700, 20);
}

/** The agent asks for a summary of all that was, with the same tools and prompt. */
function compact(game) {
  const { transcript, policy, caches, byId, nowMs, session, sum } = game;
  transcript.ask(COMPACT, 60);
  const id = policy.chore({ request: transcript.request(session.seed), nowMs });
  const { usd } = caches.bill(byId.get(id), { input: transcript.tokens, output: SUMMARY_TOKENS, stamp: transcript.era, shared: HEAD_TOKENS, nowMs });
  sum.usd += usd;
  sum.choresUsd += usd;
  transcript.compact(SUMMARY_TOKENS);
}
