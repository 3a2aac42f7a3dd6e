import type { Command } from 'commander';
import { modelEntries } from '../gateway/model-entries.ts';
import type { ModelEntry } from '../gateway/parts.ts';
import type { Cli } from './command.ts';
import { announce, readSettings } from './settings.ts';
import { columns, oneLine, write, writeJson } from './output.ts';

export function addModels(program: Command, cli: Cli): void {
  program
    .command('models')
    .description('List what can be asked for: virtual models, roles, candidates.')
    .action(cli.action(async ({ world, options }) => {
      const settings = await readSettings(world, options);
      announce(world, settings);
      const entries = modelEntries(settings.config, Math.floor(world.nowMs() / 1000));
      if (options.json === true) await writeJson(world, { object: 'list', data: entries });
      else await write(world.stdout, `${columns([['model', 'kind', 'context', 'price in/out per 1M', 'can', 'what'], ...entries.map(row)])}\n`);
      return undefined;
    }));
}

function row({ id, kind, context_window: context, pricing, capabilities, description }: ModelEntry): string[] {
  const can = Object.entries(capabilities).filter(([, able]) => able).map(([name]) => name.replace('_', '-'));
  return [
    oneLine(id), kind, context === null ? '-' : context.toLocaleString('en'), pricing === null ? '-' : `$${String(pricing.input_usd_per_1m)} / $${String(pricing.output_usd_per_1m)}`,
    can.join(' '), oneLine(description, 90),
  ];
}
