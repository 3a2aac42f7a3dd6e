// npm run bench:sessions -- --data <folder> [--count 400] [--blind] [--variants] [--reasons] [--docs]: what whole agent sessions cost with prompt caches, by policy.
// The shipped planner decides; issues, outcomes and effort are recorded ones, days of work around them are generated. docs/routing-sessions.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { argument, dataFolder } from './data.mjs';
import { interval } from './sessions-random.mjs';
import { play } from './sessions-play.mjs';
import { policies, variants } from './sessions-policies.mjs';
import { poolForSessions } from './sessions-pool.mjs';
import { loadWork, makeSession } from './sessions-work.mjs';

const count = Number(argument('count') ?? 400);
const blind = process.argv.includes('--blind');
const work = loadWork(dataFolder());
const pool = poolForSessions();
const sessions = Array.from({ length: count }, (_, at) => makeSession(`day-${String(at)}`, work, pool.ranks));

const total = (games, key) => games.reduce((sum, game) => sum + game[key], 0);
const perFinished = (games) => total(games, 'usd') / total(games, 'solved');
const perSession = (games) => total(games, 'usd') / games.length;
const finished = (games) => total(games, 'solved') / total(games, 'tasks');
const with95 = (games, statistic, show) => { const [low, high] = interval(games, statistic, 400); return `${show(statistic(games))} [${show(low)}–${show(high)}]`; };
const summed = (games, key) => games.reduce((sum, game) => { for (const name in game[key]) sum[name] = (sum[name] ?? 0) + game[key][name]; return sum; }, {});

/** For who wants to know why: reasons of the calls, who began runs, how many runs were moved of those that began with a model that would solve the issue. */
function explain({ name }, games, each) {
  const moved = (kind) => { const [all, some] = games.reduce(([a, b], { runs }) => [a + runs[kind][0], b + runs[kind][1]], [0, 0]); return `${(some / all * 100).toFixed(0)} % of ${String(all)}`; };
  console.log(name, summed(games, 'reasons'), summed(games, 'answered'), `moved: ${moved('right')} that would be right, ${moved('wrong')} that would be wrong; USD of chores ${each('choresUsd', 3)}, of verifiers and panels ${each('othersUsd', 3)}`);
}

const usd = (value) => value.toFixed(2), percent = (value) => `${(value * 100).toFixed(1)} %`;

const lines = ['| policy | USD a finished issue [95 %] | USD a session | issues finished | model switches a session | cold prompts by a switch a session | their USD | calls a session |', '|---|---:|---:|---:|---:|---:|---:|---:|'];
for (const policy of [...policies(pool), ...(process.argv.includes('--variants') ? variants(pool) : [])]) {
  const games = sessions.map((session) => play(session, policy, { byId: pool.byId, blind }));
  const each = (key, digits = 2) => (total(games, key) / games.length).toFixed(digits);
  lines.push(`| ${policy.name} | ${with95(games, perFinished, usd)} | ${with95(games, perSession, usd)} | ${with95(games, finished, percent)} | ${each('switches')} | ${each('switchMisses')} | ${each('switchMissUsd')} | ${each('calls', 0)} |`);
  if (process.argv.includes('--reasons')) explain(policy, games, each);
}
const issues = sessions.reduce((sum, { tasks }) => sum + tasks.length, 0);
const title = `${String(count)} sessions, ${String(issues)} issues; strongest ${pool.strongest}, cheapest ${pool.cheapest}; signs in the transcript ${blind ? 'tell nothing of the outcome' : 'tell something of the outcome'}`;
const table = `${title}:\n\n${lines.join('\n')}\n`;
console.log(`\n${table}`);

if (process.argv.includes('--docs')) {
  const file = new URL('../../../docs/routing-sessions.md', import.meta.url), mark = blind ? 'blind' : 'signs';
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- end -->)`), (_all, begin, end) => `${begin}Measured ${new Date().toISOString().slice(0, 10)}. ${table}${end}`);
  if (changed === text) throw new Error(`docs/routing-sessions.md has no place for the table \`${mark}\``);
  writeFileSync(file, changed);
}
