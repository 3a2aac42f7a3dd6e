import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Agent } from './agent.ts';
import { writeInHome } from './write-in-home.ts';

// Without the local backend Cline starts a hub daemon that outlives it and keeps the old configuration.
const ALONE = { CLINE_SESSION_BACKEND_MODE: 'local', CLINE_NO_AUTO_UPDATE: '1' };

const hubRecordSchema = z.looseObject({ pid: z.int().positive() });

/** Cline's command line agent. */
export const clineAgent: Agent = {
  name: 'cline',
  title: 'Cline',
  traceName: 'cline',
  package: 'cline',
  version: '3.0.65',
  wire: 'chat',
  bin: 'bin/cline',
  editTool: 'editor',
  connect: ['cline'],
  prepare: (task) => writeInHome(task, '.cline/data/settings/global-settings.json', JSON.stringify({ telemetryOptOut: true, autoUpdateEnabled: false })),

  command({ apiKey, keyEnv, repo, prompt }) {
    // Its file cannot refer to a variable, so a real key goes by the one that it knows.
    const key: Record<string, string> = keyEnv === null ? {} : { OPENAI_API_KEY: apiKey };
    return { args: ['-c', repo, '--auto-approve', 'true', '--json', prompt], env: { ...ALONE, ...key } };
  },

  async leftovers(home) {
    try {
      const record = await readFile(join(home, '.cline', 'data', 'locks', 'hub', 'production.json'), 'utf8');
      return [hubRecordSchema.parse(JSON.parse(record)).pid];
    } catch {
      return [];
    }
  },
};
