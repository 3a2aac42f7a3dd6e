import type { Agent } from './agent.ts';

/** Pi. It sends nothing but the name of its SDK. */
export const piAgent: Agent = {
  name: 'pi',
  title: 'pi',
  traceName: 'openai-sdk',
  package: '@mariozechner/pi-coding-agent',
  version: '0.73.1',
  wire: 'chat',
  bin: 'dist/cli.js',
  editTool: 'edit',
  connect: ['pi'],
  command: ({ apiKey, prompt }) => ({ args: ['-p', '--offline', prompt], env: { OPENFUSION_API_KEY: apiKey } }),
};
