/** What the viewer knows and how it changes: a pure reducer. */
import type { LiveMessage, OwnerState, TraceRecord, TraceSummary } from '../trace/types.ts';
import { NO_FILTER, matches } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Connection } from './messages.ts';
import { summaryOf } from './summary.ts';

/** Lines kept in the list; the gateway's own default for `trace.maxTraces`. */
export const MAX_TRACES = 500;
/** Whole records kept; others are asked for again when they are selected. */
export const MAX_RECORDS = 40;

export interface ViewerState {
  connection: Connection;
  owner: OwnerState | null;
  /** Newest first, at most {@link MAX_TRACES}. */
  traces: readonly TraceSummary[];
  /** Least recently changed first, at most {@link MAX_RECORDS}. */
  records: ReadonlyMap<string, TraceRecord>;
  selectedId: string | null;
  filter: Filter;
  /** Select each new request as it comes, while nobody is reading another one. */
  follow: boolean;
  /** Has the person scrolled away from the top of the list, of the detail? */
  reading: { list: boolean; detail: boolean };
  /** Requests that came while the list's top was out of sight. */
  unseen: number;
  /** Requests that came since the last announcement to screen readers. */
  arrived: { count: number; latest: TraceSummary | null };
  /** Ids that the gateway no longer has. */
  gone: ReadonlySet<string>;
}

export type Action =
  | { type: 'live'; message: LiveMessage }
  | { type: 'connection'; connection: Connection }
  | { type: 'select'; id: string }
  | { type: 'filter'; filter: Filter }
  | { type: 'follow'; on: boolean }
  | { type: 'reading'; where: 'list' | 'detail'; on: boolean }
  | { type: 'announced' }
  | { type: 'missing'; id: string };

/** What survives a reload of the page. */
export interface Memory {
  selectedId: string | null;
  filter: Filter;
  follow: boolean;
}

export function initialState({ selectedId = null, filter = NO_FILTER, follow = true }: Partial<Memory> = {}): ViewerState {
  return {
    connection: { status: 'connecting', detail: '' }, owner: null, traces: [], records: new Map(), selectedId, filter, follow,
    reading: { list: false, detail: false }, unseen: 0, arrived: { count: 0, latest: null }, gone: new Set(),
  };
}

export function reduce(state: ViewerState, action: Action): ViewerState {
  switch (action.type) {
    case 'live': return live(state, action.message);
    case 'connection': return { ...state, connection: action.connection };
    case 'select': return select(state, action.id);
    case 'filter': return { ...state, filter: action.filter };
    case 'follow': return follow(state, action.on);
    case 'reading': return reading(state, action.where, action.on);
    case 'announced': return { ...state, arrived: { count: 0, latest: null } };
    case 'missing': return { ...state, gone: new Set(state.gone).add(action.id) };
  }
}

/** The lines that the filter lets through, newest first. */
export function visibleTraces({ traces, filter }: Pick<ViewerState, 'traces' | 'filter'>): readonly TraceSummary[] {
  return filter.text.trim() === '' && filter.status === 'all' ? traces : traces.filter((trace) => matches(trace, filter));
}

/** The selected record, when it is at hand. */
export function selectedRecord({ records, selectedId }: ViewerState): TraceRecord | null {
  return selectedId === null ? null : records.get(selectedId) ?? null;
}

/** The id of the record that must be asked for, if any. */
export function wantedId({ connection, records, selectedId, traces, gone }: ViewerState): string | null {
  if (selectedId === null || connection.status !== 'connected' || records.has(selectedId) || gone.has(selectedId)) return null;
  return traces.some(({ id }) => id === selectedId) ? selectedId : null;
}

/** The id that `steps` lines further down the visible list; stops at both ends. */
export function neighbourId(state: ViewerState, steps: number): string | null {
  const visible = visibleTraces(state);
  const at = visible.findIndex(({ id }) => id === state.selectedId);
  const next = at === -1 ? (steps > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + steps));
  return visible[next]?.id ?? null;
}

function live(state: ViewerState, message: LiveMessage): ViewerState {
  switch (message.type) {
    case 'hello': return hello(state, message.state, message.traces);
    case 'state': return { ...state, owner: message.state };
    case 'trace': return traced(state, message.trace);
    case 'deleted': return deleted(state, message.id);
  }
}

function hello(state: ViewerState, owner: OwnerState, summaries: readonly TraceSummary[]): ViewerState {
  const sorted = [...new Map([...olderThan(state, owner, summaries), ...summaries].map((trace) => [trace.id, trace])).values()]
    .sort(newestFirst).slice(0, MAX_TRACES);
  const known = new Map(sorted.map((trace) => [trace.id, trace]));
  // A record that went on while we were away is asked for again.
  const records = new Map([...state.records].filter(([id, record]) => record.durationMs !== null && known.get(id)?.durationMs === record.durationMs));
  // What the editor said of a gateway that it is connected to holds on.
  const connection: Connection = state.connection.status === 'connected' ? state.connection : { status: 'connected', detail: '' };
  const next = { ...state, connection, owner, traces: sorted, records, gone: new Set<string>() };
  if (next.selectedId !== null && known.has(next.selectedId)) return next;
  return { ...next, selectedId: state.follow ? visibleTraces(next)[0]?.id ?? null : null };
}

/** A greeting tells of the newest requests only: what the same gateway told of before them stays. */
function olderThan({ traces, owner: known }: ViewerState, owner: OwnerState, summaries: readonly TraceSummary[]): readonly TraceSummary[] {
  if (known?.pid !== owner.pid || summaries.length === 0) return [];
  const oldestMs = Math.min(...summaries.map(({ startedAtMs }) => startedAtMs));
  return traces.filter(({ startedAtMs }) => startedAtMs < oldestMs);
}

function traced(state: ViewerState, record: TraceRecord): ViewerState {
  // An answer to our own question may be older than what the feed has told since.
  if (record.durationMs === null && typeof state.records.get(record.id)?.durationMs === 'number') return state;
  const trace = summaryOf(record);
  const at = state.traces.findIndex(({ id }) => id === record.id);
  const records = withRecord(state, record);
  if (at !== -1) {
    const old = state.traces[at];
    const traces = old !== undefined && sameSummary(old, trace) ? state.traces : state.traces.with(at, trace);
    return { ...state, traces, records };
  }
  const position = state.traces.findIndex((other) => newestFirst(trace, other) <= 0);
  const traces = bounded(state.traces.toSpliced(position === -1 ? state.traces.length : position, 0, trace), state.selectedId);
  const next = {
    ...state, traces, records, unseen: state.reading.list ? state.unseen + 1 : 0,
    arrived: { count: state.arrived.count + 1, latest: trace },
  };
  return follows(next) && visibleTraces(next)[0]?.id === record.id ? { ...next, selectedId: record.id } : next;
}

function deleted(state: ViewerState, id: string): ViewerState {
  const traces = state.traces.filter((trace) => trace.id !== id);
  const records = new Map(state.records);
  records.delete(id);
  if (state.selectedId !== id) return { ...state, traces, records };
  const visible = visibleTraces(state);
  const at = visible.findIndex((trace) => trace.id === id);
  const next = visible[at + 1] ?? visible[at - 1];
  return { ...state, traces, records, selectedId: next?.id ?? null, reading: { ...state.reading, detail: false } };
}

/** Choosing an older line by hand ends following: the view must not be taken away from a reader. */
function select(state: ViewerState, id: string): ViewerState {
  if (!state.traces.some((trace) => trace.id === id)) return state;
  return { ...state, selectedId: id, follow: state.follow && visibleTraces(state)[0]?.id === id };
}

function follow(state: ViewerState, on: boolean): ViewerState {
  if (!on) return { ...state, follow: false };
  return { ...state, follow: true, selectedId: visibleTraces(state)[0]?.id ?? state.selectedId };
}

function reading(state: ViewerState, where: 'list' | 'detail', on: boolean): ViewerState {
  if (state.reading[where] === on) return state;
  return { ...state, reading: { ...state.reading, [where]: on }, unseen: where === 'list' && !on ? 0 : state.unseen };
}

function follows({ follow, reading, selectedId }: ViewerState): boolean {
  return selectedId === null || (follow && !reading.list && !reading.detail);
}

function withRecord({ records, selectedId }: ViewerState, record: TraceRecord): Map<string, TraceRecord> {
  const next = new Map(records);
  next.delete(record.id);
  next.set(record.id, record);
  for (const id of next.keys()) {
    if (next.size <= MAX_RECORDS) break;
    if (id !== selectedId) next.delete(id);
  }
  return next;
}

/** Drops the oldest lines, but never the one that is being read. */
function bounded(traces: readonly TraceSummary[], selectedId: string | null): readonly TraceSummary[] {
  if (traces.length <= MAX_TRACES) return traces;
  const selectedAt = traces.findIndex(({ id }) => id === selectedId);
  const selected = selectedAt >= MAX_TRACES ? traces[selectedAt] : undefined;
  return selected === undefined ? traces.slice(0, MAX_TRACES) : [...traces.slice(0, MAX_TRACES - 1), selected];
}

function newestFirst(a: TraceSummary, b: TraceSummary): number {
  return b.startedAtMs - a.startedAtMs;
}

function sameSummary(a: TraceSummary, b: TraceSummary): boolean {
  return (Object.keys(b) as (keyof TraceSummary)[]).every((key) => a[key] === b[key]);
}
