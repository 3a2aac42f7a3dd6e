import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Agent } from './agent.ts';

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

  async configure({ home, apiKey, model, baseURL }) {
    const settings = join(home, '.cline', 'data', 'settings');
    await mkdir(settings, { recursive: true });
    await writeFile(join(settings, 'global-settings.json'), JSON.stringify({ telemetryOptOut: true, autoUpdateEnabled: false }));
    return [{ args: ['auth', '-p', 'openai-compatible', '-k', apiKey, '-m', model, '-b', baseURL], env: ALONE }];
  },

  command({ model, repo, prompt }) {
    return { args: ['-P', 'openai-compatible', '-m', model, '-c', repo, '--auto-approve', 'true', '--json', prompt], env: ALONE };
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
