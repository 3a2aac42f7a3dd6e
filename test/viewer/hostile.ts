/** Text that wants to be more than text, in every place that a model, a client or an upstream can write to. */
import type { TraceRecord } from '../../src/trace/types.ts';
import { candidates, phase, plan, record, task } from './fixtures.ts';

export const HTML = '<img src="https://evil.example/beacon?leak" onerror="window.hurt=1"><script>window.hurt=1</script><b id="bold">bold</b>';
export const LINKS = '[click](command:workbench.action.terminal.new) javascript:window.hurt=1 ![x](https://evil.example/pixel.png)';
export const ANSI = '\u001b[31mred\u001b[0m\u0007\u0000';
export const TURNED = 'safe\u202Egnp.exe\u202C\u2066hidden\u2069';

export function hostile(nowMs: number): TraceRecord {
  const all = `${HTML} ${LINKS} ${ANSI} ${TURNED}`;
  const [first] = candidates;
  if (first === undefined) throw new Error('no candidate to build on');
  return record('tr_<hostile>&"', nowMs - 1000, {
    client: HTML, requestedModel: all, status: 'failed', answer: all,
    served: { model: HTML, upstreamName: LINKS, strategy: HTML, fallback: all },
    error: { status: 502, type: HTML, code: 'constructor', message: all, param: HTML },
    toolCalls: [{ name: HTML, arguments: all }],
    plan: plan({
      reason: HTML, explanation: [all], strategy: '__proto__' as 'direct',
      task: task({
        turn: 'constructor' as 'task', domain: HTML as 'other', excerpt: all, signals: [{ kind: HTML, score: 1, evidence: all, reason: LINKS }],
        skills: { [HTML]: 0.5, toString: 2 } as unknown as ReturnType<typeof task>['skills'], roleScores: { [HTML]: 1 },
      }),
      candidates: [{ ...first, id: HTML, model: all, role: LINKS, upstreamName: ANSI, penalties: [{ reason: HTML, amount: 0.1 }] }],
      rejected: [{ id: HTML, role: 'x', model: all, reason: 'hasOwnProperty' as 'no_key', detail: all }],
      session: { source: 'explicit', from: HTML, id: all, hit: true, pins: { roles: {}, candidateId: HTML } },
      pin: { sessionId: HTML, candidateId: HTML, role: HTML, model: HTML },
    }),
    phases: [
      phase({
        id: HTML, phase: 'panel', candidateId: HTML, role: HTML, model: all, status: 'failed', text: all, toolCalls: [{ name: all, arguments: HTML }], verdict: all,
        attempts: [{ model: HTML, upstreamName: LINKS, status: 'error', httpStatus: 500, reason: 'valueOf', message: all, startedMs: -5, durationMs: 1e12 }],
      }),
      phase({ id: 'judge', phase: 'judge', candidateId: 'verifier', verdict: HTML, text: all }),
    ],
  });
}
