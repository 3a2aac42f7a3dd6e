import { join } from 'node:path';
import type { Agent } from './agent.ts';

const QUIET = {
  CONTINUE_CLI_ENABLE_TELEMETRY: '0', CONTINUE_METRICS_ENABLED: '0', DO_NOT_TRACK: '1',
  // Of a fresh start it is unset, and then `cn` updates itself: here it must stay at its version.
  CONTINUE_CLI_AUTO_UPDATED: 'true',
};

/** Continue's command line agent, `cn`. */
export const continueAgent: Agent = {
  name: 'continue',
  title: 'Continue',
  traceName: 'continue',
  package: '@continuedev/cli',
  version: '1.5.47',
  wire: 'chat',
  bin: 'dist/cn.js',
  editTool: 'Edit',
  connect: ['continue'],
  command: ({ apiKey, home, prompt }) => ({ args: ['-p', '--auto', '--config', join(home, '.continue', 'config.yaml'), prompt], env: { ...QUIET, OPENFUSION_API_KEY: apiKey } }),
};
