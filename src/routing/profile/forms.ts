import { MEANING, type Evidence, type EvidenceKind } from './evidence.ts';
import type { Found } from './scan.ts';

const LONG_PASTE = 0.5;
const SIGNS_OF_STUB = /(?::|"""|'''|\{|\bpass|TODO.*|\.\.\.|NotImplementedError.*|your code here.*)\s*$/i;
const CHANGE_LINK = /https?:\/\/\S+\/(?:pull|pulls|merge_requests|commit|compare)\/[\w.-]+/, ISSUE_LINK = /https?:\/\/\S+\/issues?\/\d+/;
const LEAST_OPTIONS = 3;

/** Evidence of a text's form that counts: of the lines (as often as it takes), and of the text as a whole. */
export function formEvidence(found: Found, text: string): Evidence[] {
  const evidence = found.evidence.filter(({ kind, count }) => count >= (MEANING[kind].least ?? 1));
  const add = (kind: EvidenceKind, shown: string, count = 1): void => { evidence.push({ kind, text: shown, count }); };
  const options = bits(found.options);
  if (options >= LEAST_OPTIONS) add('options', found.firstOption, options);
  else if (found.listItems >= (MEANING.requirements.least ?? 1)) add('requirements', `${String(found.listItems)} points`, found.listItems);
  if (found.formulae > 0) add('formula', found.firstFormula, found.formulae);
  if (found.numbers >= 2 && (found.questions > 0 || found.formulae > 0)) add('arithmetic', `${String(found.numbers)} numbers`, found.numbers);
  if (found.endsWithQuestion) add('question', text.slice(-40).trim());
  else if (found.languages.length > 0) add('code_place', found.languages[0]?.text ?? '');
  if (found.lastCode !== '' && !found.fenced && SIGNS_OF_STUB.test(found.lastCode)) add('stub', found.lastCode);
  if (found.pastedChars > text.length * LONG_PASTE) add('pasted', `${String(Math.round((100 * found.pastedChars) / text.length))} % of the text`);
  const link = text.indexOf('://');
  if (link >= 0) {
    const around = text.slice(Math.max(0, link - 5), link + 600);
    const change = CHANGE_LINK.exec(around)?.[0], issue = ISSUE_LINK.exec(around)?.[0];
    if (change !== undefined) add('change_link', change);
    else if (issue !== undefined) add('issue_link', issue);
  }
  return evidence;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
