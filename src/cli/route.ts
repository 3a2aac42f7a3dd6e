import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import { parseJsonc, parsePool } from '../config/load.ts';
import { withPool } from '../config/resolve.ts';
import { parseChatRequest } from '../protocol/chat/parse.ts';
import type { Cli } from './command.ts';
import { CliFailure, configFailure, EXIT } from './failure.ts';
import type { ExitCode } from './failure.ts';
import { openApp } from './open-app.ts';
import { write, writeJson } from './output.ts';
import { promptFrom } from './prompt.ts';
import { routeLines } from './route-lines.ts';
import { routeText } from './route-text.ts';
import { announce, readSettings, settingsOf } from './settings.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

interface RouteOptions {
  jsonl?: boolean;
  pool?: string;
  model: string;
}

export function addRoute(program: Command, cli: Cli): void {
  program
    .command('route')
    .description('Show the plan for a prompt: strategy, candidates, budget and why. No model is called.')
    .argument('[prompt...]', 'the prompt, in quotes; without one, or with `-`, it is read from stdin')
    .option('--jsonl', 'read {"id", "prompt"} or {"id", "request"} a line from stdin and answer a line for each, as they come')
    .option('--pool <file>', 'another candidate pool: a JSON array in the form of auto.candidates')
    .option('--model <id>', 'plan a request for this model', 'openfusion/auto')
    .action(cli.action<RouteOptions, [string[]]>(async ({ world, options, args: [words] }) => {
      if (options.jsonl === true && words.length > 0) throw new CliFailure('--jsonl reads its prompts from stdin; leave the prompt away');
      const settings = await withPoolFile(world, await readSettings(world, options), options);
      const app = openApp(world, settings);
      try {
        if (options.jsonl !== true) return await routeOne(app, { world, settings, prompt: await promptFrom(words, world), model: options.model, json: options.json === true });
        announce(world, { ...settings, dryRun: { dryRun: false, reason: '' } });
        return await routeLines(app.engine, { world, model: options.model });
      } finally {
        await app.close();
      }
    }));
}

interface RouteOne {
  world: World;
  settings: Settings;
  prompt: string;
  model: string;
  json: boolean;
}

async function routeOne(app: App, { world, settings, prompt, model, json }: RouteOne): Promise<ExitCode> {
  const request = parseChatRequest(Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] })));
  if (!request.ok) throw new CliFailure(request.error.message);
  const planned = app.engine.plan(request.value, { traceId: 'route', startedAtMs: world.nowMs(), headers: {} });
  if (!planned.ok) throw new CliFailure(planned.error.message, EXIT.unwell);
  announce(world, settings);
  if (json) await writeJson(world, { model: planned.plan.primary.model, dry_run: settings.dryRun.dryRun, ...planned.plan });
  else await write(world.stdout, routeText(planned.plan));
  return EXIT.ok;
}

/** `--pool FILE`: the candidates of this file instead of the configuration's. */
async function withPoolFile(world: World, settings: Settings, { pool, dryRun = false }: RouteOptions & { dryRun?: boolean }): Promise<Settings> {
  if (pool === undefined) return settings;
  const path = resolve(world.cwd, pool);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CliFailure(`${path}: cannot be read (expected a JSON array in the form of auto.candidates)`);
  });
  const parsed = parseJsonc(text, path);
  if (!parsed.ok) throw configFailure(parsed.errors);
  const candidates = parsePool(parsed.value, path);
  if (!candidates.ok) throw configFailure(candidates.errors);
  const resolved = withPool(settings.config, candidates.pool, path);
  if (!resolved.ok) throw configFailure(resolved.errors);
  return settingsOf(world, { ...settings, config: resolved.config }, dryRun);
}
