import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What a person may have set on purpose; the rest of an outer `npm test`'s own settings must not reach an inner npm. */
const keptNpmSettings =
  /^npm_config_(userconfig|globalconfig|registry|cache|proxy|https_proxy|noproxy|ca|cafile|strict_ssl|nodedir|@.*|\/\/.*)$/i;

/**
 * The environment for a child npm: this process's Node first on PATH, and nothing of an enclosing `npm run`.
 * Node's own headers (they come with the `node` package) are named, so that compiling needs no download.
 */
export function npmEnv(base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(base)) {
    const foreign = /^(npm_|INIT_CWD$|NODE_OPTIONS$|NODE_ENV$)/i.test(name);
    if (!foreign || keptNpmSettings.test(name)) env[name] = value;
  }
  env.PATH = [dirname(process.execPath), base.PATH].join(delimiter);
  const headers = nodeHeaders();
  if (headers) env.npm_config_nodedir = headers;
  return env;
}

/** Runs npm to its end; rejects with the last lines of what it said. */
export async function npm(args: string[], { cwd, signal }: { cwd: string; signal?: AbortSignal }): Promise<string> {
  return run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], { cwd, env: npmEnv(), signal });
}

/** Runs a program to its end and answers its standard output; rejects with the last lines of both outputs. */
export async function run(
  command: string,
  args: string[],
  { cwd, env, signal }: { cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let all = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => (all += chunk));
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      if (code === 0) return resolve(stdout);
      const tail = all.trim().split('\n').slice(-12).join('\n');
      reject(new Error(`\`${command} ${args.slice(0, 2).join(' ')}\` ended with ${code ?? killedBy}:\n${tail}`));
    });
  });
}

function nodeHeaders(): string | undefined {
  const binary = dirname(dirname(process.execPath));
  const roots = [binary, join(binary, 'node_modules', `node-${process.platform}-${process.arch}`)];
  return roots.find((root) => existsSync(join(root, 'include', 'node', 'node_api.h')));
}
