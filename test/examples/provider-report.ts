/**
 * Looks at reports of providers as they lie in docs/providers: the form in which the tool writes them, and that nothing
 * private is in them.   node test/examples/provider-report.ts FILE…    says what is wrong with a report of yours.
 */
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { PROBE_FORMAT_IDS } from '../../src/receipts/probe/format.ts';
import { checksOf, COMMON_CHECKS, PROBE_FORMATS } from '../../src/receipts/probe.ts';
import { HIDDEN_ADDRESSES, isPublicHost } from '../../src/receipts/public-address.ts';
import { findPrivate } from '../../src/receipts/public-text.ts';
import { COMPAT_TITLE } from '../../src/receipts/render/compat.ts';

const STATUSES = ['PASS', 'WARN', 'FAIL', 'SKIP'];
const HEADER = [/^Started: `\d{4}-\d\d-\d\dT[\d:.]+Z`$/, /^Tool: `openfusion \d+\.\d+\.\d+\S*`$/, /^Timeout: \d+ ms$/, /^Overall: \*\*(PASS|FAIL)\*\*$/];
const SECTIONS: Readonly<Record<string, readonly string[]>> = { ...Object.fromEntries(PROBE_FORMAT_IDS.map((id) => [PROBE_FORMATS[id].title, checksOf(id)])), 'Any format': COMMON_CHECKS };
const FORMAT_TITLES = PROBE_FORMAT_IDS.map((id) => PROBE_FORMATS[id].title);
/** What may stand between the tables and the end. */
const FREE_SECTIONS = ['Notes', 'About this report'];
const MAX_CHARS = 100_000;

interface Table {
  head: string[];
  rows: string[][];
}

/** Everything that is wrong with a report; empty when nothing is. */
export function issuesOf(text: string): string[] {
  if (text.length > MAX_CHARS) return [`it is longer than ${String(MAX_CHARS)} characters`];
  const [top = '', ...parts] = text.split(/^## /m);
  const sections = parts.map((part) => ({ title: part.split('\n', 1)[0]?.trim() ?? '', table: tableOf(part) }));
  const summary = tableOf(top);
  return [
    ...headerIssues(top),
    ...(summary === null ? ['the table of targets is missing'] : summaryIssues(summary, top)),
    ...sections.flatMap(({ title, table }) => sectionIssues(title, table, summary)),
    ...doubles(sections.map(({ title }) => title)).map((title) => `two sections are called "${title}"`),
    ...(summary === null ? [] : agreementIssues(summary, sections)),
    ...privateIssues(text),
  ];
}

function headerIssues(top: string): string[] {
  const lines = top.split('\n');
  return [
    ...(lines[0] === COMPAT_TITLE ? [] : [`the first line is not "${COMPAT_TITLE}"`]),
    ...HEADER.filter((pattern) => lines.filter((line) => pattern.test(line)).length !== 1).map((pattern) => `there is not one line like ${pattern.source}`),
  ];
}

function summaryIssues({ head, rows }: Table, top: string): string[] {
  const formats = head.slice(3, -1);
  const overall = /^Overall: \*\*(\w+)\*\*$/m.exec(top)?.[1];
  return [
    ...([...head.slice(0, 3), head.at(-1)].join() === 'Target,Endpoint,Model,Overall' && formats.length > 0 && formats.every((title) => FORMAT_TITLES.includes(title)) ? [] : [`the table of targets has the columns ${head.join(', ')}`]),
    ...(rows.length > 0 ? [] : ['the table of targets is empty']),
    ...doubles(rows.map(([name = '']) => name)).map((name) => `two targets are called "${name}"`),
    ...rows.flatMap((row) => [...row.slice(3).filter((cell) => !STATUSES.includes(cell)).map((cell) => `unknown status "${cell}"`), ...addressIssues(row[1] ?? '')]),
    ...(overall === undefined || (overall === 'FAIL') === rows.some((row) => row.at(-1) === 'FAIL') ? [] : [`Overall is ${overall}, which is not what the targets say`]),
  ];
}

function addressIssues(cell: string): string[] {
  const address = cell.replace(/^`(.*)`$/, '$1');
  if ((HIDDEN_ADDRESSES as readonly string[]).includes(address)) return [];
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return [`"${address}" is no address`];
  return url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' ? ['an address has credentials or a query'] : [];
}

function sectionIssues(title: string, table: Table | null, summary: Table | null): string[] {
  if (FREE_SECTIONS.includes(title)) return [];
  const known = SECTIONS[title];
  if (known === undefined) return [`unknown section "${title}"`];
  if (table === null) return [`the section "${title}" has no table`];
  const targets = summary?.rows.map(([name = '']) => name) ?? [];
  const names = table.rows.map(([cell = '']) => cell.replaceAll('`', ''));
  return [
    ...(table.head.join() === ['Check', ...targets].join() ? [] : [`the table of "${title}" has the columns ${table.head.join(', ')}`]),
    ...names.filter((name) => !known.includes(name)).map((name) => `unknown check "${name}" under "${title}"`),
    ...doubles(names).map((name) => `the check "${name}" is there twice`),
    ...table.rows.flatMap((row) => row.slice(1)).filter((cell) => !STATUSES.includes(cell)).map((cell) => `unknown status "${cell}"`),
  ];
}

/** A failing check fails its format, and a failing format its target: nobody improves a report by hand at one place only. */
function agreementIssues({ head, rows }: Table, sections: readonly { title: string; table: Table | null }[]): string[] {
  return rows.flatMap((row, at) => {
    const failing = sections.filter(({ table }) => table?.rows.some((cells) => cells[at + 1] === 'FAIL') === true).map(({ title }) => title);
    const wrong = failing.filter((title) => head.includes(title) && row[head.indexOf(title)] !== 'FAIL').map((title) => `${row[0] ?? ''}: ${title} has a failing check`);
    const failed = failing.length > 0 || row.slice(3, -1).includes('FAIL');
    return [...wrong, ...(failed === (row.at(-1) === 'FAIL') ? [] : [`${row[0] ?? ''}: its overall status is not what its checks say`])];
  });
}

function privateIssues(text: string): string[] {
  const hosts = [...text.matchAll(/\bhttps?:\/\/(\[[^\]]*\]|[^\s/:`|)"'>]+)/g)].map(([, host = '']) => host.replace(/^.*@/, ''));
  const ips = [...text.matchAll(/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g)].map(([found]) => found).filter((found) => isIP(found) === 4);
  return [
    ...findPrivate(text).map(({ kind }) => `it holds a ${kind}`),
    ...[...hosts, ...ips].filter((host) => !isPublicHost(host)).map((host) => `"${host}" is a private address`),
    ...(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]|<\/?[a-z][^>]*>|!\[/i.test(text) ? ['it holds HTML, a picture or marks of text direction'] : []),
  ];
}

/** The first table of a part. */
function tableOf(part: string): Table | null {
  const lines = part.split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  if (start < 0 || !/^\|(?: --- \|)+$/.test(lines[start + 1] ?? '')) return null;
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  const [head = [], , ...rows] = lines.slice(start, end < 0 ? undefined : end).map(cellsOf);
  return { head, rows };
}

/** Cells of a row; an escaped pipe is none. */
const cellsOf = (line: string): string[] => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());

const doubles = (names: readonly string[]): string[] => [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];

if (import.meta.main) {
  for (const path of process.argv.slice(2)) {
    const issues = issuesOf(await readFile(path, 'utf8'));
    console.log(issues.length === 0 ? `${path}: fine` : issues.map((issue) => `${path}: ${issue}`).join('\n'));
    if (issues.length > 0) process.exitCode = 1;
  }
}
