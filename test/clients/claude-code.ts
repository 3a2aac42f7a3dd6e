import type { Agent } from './agent.ts';

const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', DISABLE_AUTOUPDATER: '1' };

/** Anthropic's Claude Code. */
export const claudeCodeAgent: Agent = {
  name: 'claude-code',
  title: 'Claude Code',
  traceName: 'claude-code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  wire: 'messages',
  bin: 'cli-wrapper.cjs',
  editTool: 'Edit',
  connect: ['claude-code'],

  command({ apiKey, prompt }) {
    return { args: ['-p', prompt, '--permission-mode', 'acceptEdits', '--allowedTools', 'Bash,Edit,Read,Write'], env: { ...QUIET, OPENFUSION_API_KEY: apiKey } };
  },
};
