// Sessions to play: real issues with the outcomes and the effort that public runs recorded, in days of work that are generated.
import { draw, logNormal, normal, normalShare } from './sessions-random.mjs';
import { loadSets } from './data.mjs';

/** Models of the outcome set, weakest first by their share of solved issues. */
const OUTCOMES = ['gpt-oss-120b', 'kimi-k2', 'gpt-5', 'claude-sonnet-4.5'];
/** Long runs fail more (AUC 0.60 to 0.69 in the reference): this correlation of an issue's difficulty with its effort gives about that. */
const DIFFICULTY_EFFORT = 0.4;
/** A run that does not solve its issue goes on for longer. */
const UNSOLVED_LONGER = 1.3;

export function loadWork(folder) {
  const sets = loadSets(folder), rows = (name) => sets.find((set) => set.name === name).rows;
  const issues = rows('swebench_pro');
  const effort = rows('swebench_verified_effort').map(({ steps }) => ({ weak: steps['gpt-5-mini'], strong: (steps['gpt-5'] + steps['claude-sonnet-4'] + steps['claude-sonnet-4.5']) / 3 }))
    .filter(({ weak, strong }) => weak > 0 && strong > 0).sort((a, b) => a.weak + a.strong - b.weak - b.strong);
  const byDifficulty = issues.map((issue) => ({ issue, hard: -OUTCOMES.reduce((sum, model) => sum + issue.scores[model], 0) + 0.001 * draw('tie', issue.id) })).sort((a, b) => a.hard - b.hard).map(({ issue }) => issue);
  return { issues, effort, placeOf: new Map(byDifficulty.map((issue, at) => [issue.id, (at + 0.5) / byDifficulty.length])) };
}

/**
 * One session: up to four issues after one another, with pauses. `ranks` = candidate id → its place in the pool, 0 the weakest, 1 the strongest,
 * by which it gets the recorded outcomes of a model.
 */
export function makeSession(seed, { issues, effort, placeOf }, ranks) {
  const count = 1 + Math.floor(draw(seed, 'count') ** 1.6 * 4);
  const tasks = Array.from({ length: count }, (_, at) => {
    const name = `${seed}/${String(at)}`;
    const issue = issues[Math.floor(draw(name, 'issue') * issues.length)];
    const hard = Math.log(placeOf.get(issue.id) / (1 - placeOf.get(issue.id))) / 1.702;
    const place = normalShare(DIFFICULTY_EFFORT * hard + Math.sqrt(1 - DIFFICULTY_EFFORT ** 2) * normal(name, 'effort'));
    const { weak, strong } = effort[Math.min(effort.length - 1, Math.floor(place * effort.length))];
    const solvedBy = (id) => outcomeOf(issue, ranks.get(id), name);
    return {
      name, ask: issue.prompt, solvedBy,
      /** Model calls of a run that begins at the beginning. */
      steps: (id) => Math.max(3, Math.round((ranks.get(id) === 0 ? weak : strong) * (solvedBy(id) ? 1 : UNSOLVED_LONGER))),
      // A third of the pauses between asks outlive a cache of five minutes.
      pauseMs: at === 0 ? 0 : logNormal(180_000, 1.2, name, 'pause'),
    };
  });
  return { seed, tasks };
}

/** The recorded outcome of the model at a candidate's place; between two models chance decides, once for an issue. */
function outcomeOf(issue, rank, name) {
  const place = rank * (OUTCOMES.length - 1), below = Math.floor(place);
  const model = OUTCOMES[draw(name, 'between') < place - below ? below + 1 : below];
  return issue.scores[model] >= 0.5;
}
