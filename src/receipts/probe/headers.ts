/** Judges the headers of the plain and the streamed answer. Sends nothing, and reports names of headers only: values can be private. */
import type { IncomingHttpHeaders } from 'node:http';
import { check, type Check } from '../check.ts';
import type { FormatRun } from './run.ts';

/** What providers call the id by which they find a request again. */
const REQUEST_IDS = ['x-request-id', 'request-id', 'x-openfusion-trace', 'x-generation-id', 'cf-ray'];
/** What every answer of an OpenFusion carries. */
const OPENFUSION = ['x-openfusion-trace', 'x-openfusion-strategy', 'x-openfusion-model'];

export function probeHeaders({ format, facts: { plain, stream } }: FormatRun): Check {
  const name = format.checks.headers;
  const problems = [...typeProblems(plain?.headers), ...openFusionProblems(plain?.headers)];
  const both = { ...stream?.headers, ...plain?.headers };
  const id = REQUEST_IDS.find((header) => header in both);
  if (id === undefined) problems.push('no request id');
  if (problems.length > 0) return check(name, 'warn', problems.join('; '), { hint: id === undefined ? 'Without an id nobody can ask the provider about one request.' : '' });
  const ours = Object.keys(both).filter((header) => header.startsWith('x-openfusion-')).sort();
  return check(name, 'pass', `content types right, request id in ${id ?? ''}${ours.length === 0 ? '' : `, OpenFusion’s own: ${ours.map((header) => header.slice('x-openfusion-'.length)).join(', ')}`}`);
}

/** A stream’s type is checked where it is read. */
function typeProblems(headers: IncomingHttpHeaders | undefined): string[] {
  if (headers === undefined) return [];
  const type = headers['content-type'] ?? '';
  return /^application\/(?:[\w.+-]+\+)?json\b/iu.test(type) ? [] : [`the plain answer’s content type is ${type === '' ? 'missing' : type}`];
}

function openFusionProblems(headers: IncomingHttpHeaders | undefined): string[] {
  if (headers === undefined || !Object.keys(headers).some((header) => header.startsWith('x-openfusion-'))) return [];
  const missing = OPENFUSION.filter((header) => !(header in headers));
  return missing.length === 0 ? [] : [`an OpenFusion without ${missing.join(', ')}`];
}
