// Who answers: each policy is made anew for a session. `ask` and `step` give `{ id, others, effort? }`; `others` are further calls on the same
// request that read so many answers more and write such a part of one. `chore` gives an id.
import { planRequest } from '../../../src/routing/plan.ts';
import { seedChoice } from './sessions-seed.mjs';

const alone = (id) => ({ id, others: [] });
const always = (id) => () => ({ ask: () => alone(id), step: () => alone(id), chore: () => id });

export function policies({ config, cheapest, strongest }) {
  return [
    { name: 'always the strongest', make: always(strongest) },
    { name: 'always the cheapest', make: always(cheapest) },
    { name: 'sticky: the first choice for ever', make: () => sticky(config) },
    { name: 'the seed’s policy', make: () => seed(config, cheapest) },
    { name: 'OpenFusion', make: () => planner(config) },
    { name: 'reference: the cheapest, then the strongest where it failed (a check that is always right)', make: always(cheapest), rescue: strongest },
  ];
}

/** OpenFusion under other settings, for who tunes it: `--variants`. */
export function variants({ config }) {
  const scoring = (changed) => ({ ...config, auto: { ...config.auto, scoring: { ...config.auto.scoring, ...changed } } });
  const dials = [0, 2.5, 7.5, 10].map((costQualityTradeoff) => ({ name: `OpenFusion, dial ${String(costQualityTradeoff)}`, make: () => planner(scoring({ costQualityTradeoff })) }));
  return [
    ...dials,
    { name: 'OpenFusion, role fit 0', make: () => planner(scoring({ weights: { ...config.auto.scoring.weights, roleFit: 0 } })) },
    { name: 'OpenFusion, role fit 0.05', make: () => planner(scoring({ weights: { ...config.auto.scoring.weights, roleFit: 0.05 } })) },
    { name: 'OpenFusion, no escalation', make: () => planner(config, { escalates: false }) },
    { name: 'OpenFusion, role fit 0, no escalation', make: () => planner(scoring({ weights: { ...config.auto.scoring.weights, roleFit: 0 } }), { escalates: false }) },
    ...config.auto.candidates.map(({ id }) => ({ name: `always ${id}`, make: always(id) })),
  ];
}

/** The shipped planner, with its pins kept as the gateway keeps them. */
function planner(config, { escalates = true } = {}) {
  let pin;
  const plan = (request, nowMs) => {
    const made = planRequest({ request, headers: {}, config, mode: { kind: 'auto' }, pinOf: () => pin, coolingUntilMs: new Map(), keylessUpstreams: new Set(), nowMs });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    return made.plan;
  };
  const decide = ({ request, nowMs }) => {
    const { strategy, reason, primary, panel, judge, verifier, pin: next, escalation } = plan(request, nowMs);
    // With tools nothing is merged: one proposal of the panel goes out.
    const served = strategy === 'fusion-panel' ? panel[0] : primary;
    if (next !== null) pin = { candidateId: served.candidateId, roles: { ...pin?.roles, [served.role]: served.model }, updatedAtMs: nowMs, escalation: next.escalation };
    const others = [
      ...panel.slice(1).map(({ candidateId }) => ({ id: candidateId, reads: 0, writes: 1 })),
      ...(judge === null ? [] : [{ id: judge.candidateId, reads: panel.length, writes: 0.2 }]),
      ...(verifier === null ? [] : [{ id: verifier.candidateId, reads: 1, writes: 0.1 }]),
    ];
    return { id: served.candidateId, others, effort: primary.effort, reason: escalation?.reason ?? reason };
  };
  // Without escalation a loop stays where its ask began.
  const step = escalates ? decide : ({ nowMs }) => { pin = { ...pin, updatedAtMs: nowMs }; return alone(pin.candidateId); };
  return { ask: decide, step, chore: ({ request, nowMs }) => plan(request, nowMs).primary.candidateId };
}

function sticky(config) {
  const first = planner(config);
  let id = null;
  return { ask: (turn) => alone(id ??= first.ask(turn).id), step: () => alone(id), chore: () => id ?? config.auto.candidates[0].id };
}

function seed(config, cheapest) {
  let pin = null;
  const stay = (choice, nowMs) => { pin = { id: choice.id, atMs: nowMs }; return choice; };
  return {
    ask: ({ request, nowMs }) => stay(seedChoice(request, config, pin, nowMs), nowMs),
    step: ({ nowMs }) => stay(alone(pin.id), nowMs),
    chore: () => cheapest,
  };
}
