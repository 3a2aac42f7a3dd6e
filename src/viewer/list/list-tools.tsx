import type { VNode } from 'preact';
import { STATUS_FILTERS } from '../filter.ts';
import type { Filter, StatusFilter } from '../filter.ts';

const STATUS_LABELS: Record<StatusFilter, string> = {
  all: 'All', running: 'Running', done: 'Done', failed: 'Failed', aborted: 'Aborted', fallback: 'With fallback',
};

export interface ListToolsProps {
  filter: Filter;
  follow: boolean;
  shown: number;
  total: number;
  onFilter(filter: Filter): void;
  onFollow(on: boolean): void;
}

/** The filter and the follow switch above the list. */
export function ListTools({ filter, follow, shown, total, onFilter, onFollow }: ListToolsProps): VNode {
  return (
    <div class="list-tools">
      <input
        class="field" type="search" placeholder="Filter requests" aria-label="Filter requests by text" value={filter.text} spellcheck={false}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <select
        class="field" aria-label="Filter requests by status" value={filter.status}
        onChange={(event) => onFilter({ ...filter, status: STATUS_FILTERS.find((status) => status === event.currentTarget.value) ?? 'all' })}
      >
        {STATUS_FILTERS.map((status) => <option key={status} value={status}>{STATUS_LABELS[status]}</option>)}
      </select>
      <button type="button" class="button toggle" aria-pressed={follow} title="Select each new request as it comes" onClick={() => onFollow(!follow)}>
        <span class="toggle-mark" aria-hidden="true" />Follow
      </button>
      <span class="list-count quiet number">{shown === total ? total : `${shown} of ${total}`}<span class="sr-only"> requests</span></span>
    </div>
  );
}
