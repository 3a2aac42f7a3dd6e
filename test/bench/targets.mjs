// What is compared. `start({ port, upstream, folder })` says how to spawn one, or gives null when it is not available here.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const CLI = join(HERE, '..', '..', 'dist', 'cli.js');

/** The mock itself: what nothing in between would cost. */
const direct = { name: 'direct', model: 'mock-model' };

const nginx = {
  name: 'nginx',
  model: 'mock-model',
  start({ port, upstream, folder }) {
    try { execFileSync('nginx', ['-v'], { stdio: 'ignore' }); } catch { return null; }
    const home = join(folder, 'nginx');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'nginx.conf'), `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/error.log error;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 10000000; client_max_body_size 64m; client_body_buffer_size 2m; tcp_nodelay on;
  client_body_temp_path ${home}/b; proxy_temp_path ${home}/p; fastcgi_temp_path ${home}/f; uwsgi_temp_path ${home}/u; scgi_temp_path ${home}/s;
  upstream up { server ${new URL(upstream).host}; keepalive 256; keepalive_requests 10000000; }
  server { listen 127.0.0.1:${port} backlog=1024;
    location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 300s; } }
}
`);
    return { cmd: 'nginx', args: ['-p', home, '-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')] };
  },
};

/** The floor for a gateway in Node: `node:http` and `undici` with nothing of a product in between. */
const bareProxy = {
  name: 'node-http+undici',
  model: 'mock-model',
  start: ({ port, upstream }) => ({ cmd: process.execPath, args: [join(HERE, 'bare-proxy.mjs')], env: { PORT: String(port), UPSTREAM: upstream } }),
};

const KEY_NAME = 'BENCH_UPSTREAM_KEY';

/** Ours, as `openfusion serve` runs it: Auto over the default pool, traces on, a key set so that it is no dry-run. */
const gateway = {
  name: 'gateway',
  model: 'openfusion/auto',
  start({ port, upstream, folder }) {
    if (!existsSync(CLI)) throw new Error('dist/cli.js is not built: run `npm run build` first');
    const home = join(folder, `gateway-${port}`);
    mkdirSync(home, { recursive: true });
    const config = join(home, 'openfusion.config.json');
    writeFileSync(config, JSON.stringify({ upstream: { baseURL: `${upstream}/v1`, apiKeyEnv: KEY_NAME } }));
    return {
      cmd: process.execPath,
      args: [CLI, 'serve', '--config', config, '--port', String(port)],
      cwd: home,
      env: { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state'), XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'), [KEY_NAME]: 'bench-key' },
    };
  },
  /** Says what would make the comparison unfair, or nothing. */
  check({ headers, upstreamModel, upstreamKey }) {
    if (upstreamKey !== 'Bearer bench-key') return 'the upstream did not get the key';
    if (!/^(fast|smart)-single$/.test(headers['x-openfusion-strategy'] ?? '')) return `strategy ${headers['x-openfusion-strategy']} is no single-model route`;
    return upstreamModel?.startsWith('openfusion/') ? `the upstream saw ${upstreamModel}` : undefined;
  },
};

export const targets = [direct, nginx, bareProxy, gateway];
