/** Probe of what an endpoint says to wrong requests: its status, and the format's own error object. */
import { check, type Check } from '../check.ts';
import type { ProbeReply } from './client.ts';
import type { ProbeFormat } from './format.ts';
import { type FormatRun, QUESTION } from './run.ts';

/** Nobody serves it; a name under `openfusion/` is never passed on by an OpenFusion. */
const UNKNOWN_MODEL = 'openfusion/no-such-model';

export async function probeErrors({ client, format, model }: FormatRun): Promise<Check> {
  const name = format.checks.errors;
  const unknown = await client.postJson(format.path, format.body({ model: UNKNOWN_MODEL, turns: [format.user(QUESTION)] }));
  const invalid = await client.postJson(format.path, format.invalidBody(model));
  const latencyMs = unknown.latencyMs + invalid.latencyMs;
  const findings = [judge('an unknown model', unknown, format, 'warn'), judge('an invalid body', invalid, format, 'fail')];
  const problems = findings.filter(({ status }) => status !== 'pass');
  const status = problems.some((found) => found.status === 'fail') ? 'fail' : problems.length > 0 ? 'warn' : 'pass';
  const detail = (problems.length > 0 ? problems : findings).map(({ text }) => text).join('; ');
  return check(name, status, detail, { latencyMs, hint: status === 'pass' ? '' : 'Agents show what the error object says and decide by the status whether to try again.' });
}

interface Finding {
  status: 'pass' | 'warn' | 'fail';
  text: string;
}

/** `whenAccepted`: how bad it is to answer such a request. Local servers answer for any model name. */
function judge(what: string, reply: ProbeReply<{ body: unknown }>, format: ProbeFormat, whenAccepted: 'warn' | 'fail'): Finding {
  if (reply.ok) return { status: whenAccepted, text: `${what} gets ${reply.status}` };
  const { status, body, detail } = reply;
  if (status === 0) return { status: 'fail', text: `${what}: ${detail}` };
  if (status < 400 || status >= 500) return { status: 'fail', text: `${what} gets ${status}, as if the endpoint itself had failed` };
  const fault = format.errorFault(body);
  return fault === null ? { status: 'pass', text: `${what} gets ${status}` } : { status: 'warn', text: `${what} gets ${status}, but ${fault}` };
}
