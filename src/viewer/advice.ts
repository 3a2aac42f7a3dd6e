import type { ApiError } from '../protocol/errors.ts';

const BY_CODE: Record<string, string> = {
  context_length_exceeded: 'Start a new conversation or let the agent compact this one, or add a candidate with a larger context window.',
  budget_exceeded: 'Raise `budget` in the settings, wait for the next day, or set `budget.onExceeded` to `cheapest`.',
  model_not_found: 'Ask for `openfusion/auto`, a role or a candidate; `GET /v1/models` lists them all.',
  previous_response_not_found: 'Send the whole conversation again: responses are remembered for one hour.',
};

/** What a person can do about an error, in one sentence. Follows the error table of the contract. */
export function adviceFor({ status, code, retryAfterS, shouldRetry }: ApiError): string {
  if (code !== null && Object.hasOwn(BY_CODE, code)) return BY_CODE[code] ?? '';
  switch (status) {
    case 400: return 'The request itself is wrong: look at the field that is named, and at the agent that sent it.';
    case 401: return 'Give the agent the token that `server.token` names, as its API key.';
    case 402: return BY_CODE.budget_exceeded ?? '';
    case 403: return 'Requests are taken from this machine only: call the gateway by its loopback address, not from a web page.';
    case 404: return BY_CODE.model_not_found ?? '';
    case 413: return 'Make the request smaller, or raise `server.maxBodyBytes`.';
    case 429:
      return retryAfterS === undefined
        ? 'Every candidate is cooling down: wait a moment, or add a candidate at another upstream.'
        : `Every candidate is cooling down: try again in ${Math.ceil(retryAfterS)} s, or add a candidate at another upstream.`;
    case 502:
      return shouldRetry === false
        ? 'Trying again cannot help: check the key of the upstream that is named (OpenFusion: Set Upstream Key).'
        : 'The upstream failed: try again, or add a candidate at another upstream to fall back on.';
    case 503: return 'No upstream can be reached: check the network and the address of the upstream (OpenFusion: Doctor).';
    case 504: return 'The upstream took too long: try again, or raise its `timeouts`.';
    default: return 'Run OpenFusion: Doctor to see what is not well.';
  }
}
