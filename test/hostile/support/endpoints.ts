import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoDir } from '../../support/paths.ts';

export interface Endpoint {
  method: string;
  path: string;
  access: 'open' | 'client' | 'view';
}

/** All that the router's table has, read from its source so that a new endpoint is attacked as well, and those with a part that varies. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...[...readFileSync(join(repoDir, 'src', 'gateway', 'router.ts'), 'utf8').matchAll(/^ {2}'(\/[\w./]*)': \{ access: '(open|client|view)', methods: \{ (.*?) \} \},$/gm)]
    .flatMap(([, path = '', access, methods = '']) => [...methods.matchAll(/(\w+): /g)].map(([, method = '']): Endpoint => ({ method, path, access: access as Endpoint['access'] }))),
  { method: 'GET', path: '/v1/models/x', access: 'client' },
  { method: 'GET', path: '/', access: 'view' }, { method: 'GET', path: '/traces/x', access: 'view' }, { method: 'DELETE', path: '/traces/x', access: 'view' }, { method: 'POST', path: '/traces/x/feedback', access: 'view' },
];
if (ENDPOINTS.length < 15) throw new Error('the table of the router is not found in its source');
