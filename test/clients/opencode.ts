import type { Agent, AgentTask } from './agent.ts';
import { writeInHome } from './write-in-home.ts';

const PLATFORM = process.platform === 'win32' ? 'windows' : process.platform;
const QUIET = JSON.stringify({ enabled_providers: [], autoupdate: false, share: 'disabled' }, null, 2);

/** OpenCode. Its start script comes by a postinstall script, so the program of this platform is started itself. */
export const opencodeAgent: Agent = {
  name: 'opencode',
  title: 'OpenCode',
  traceName: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  wire: 'chat',
  // The build that asks least of the processor.
  bin: `../opencode-${PLATFORM}-${process.arch}${process.arch === 'x64' ? '-baseline' : ''}/bin/opencode`,
  native: true,
  editTool: 'edit',
  connect: ['opencode'],
  prepare: (task) => writeInHome(task, '.config/opencode/opencode.json', QUIET),
  command: (task) => command(task, 'OPENCODE'),
};

/** Kilo's command line agent, which has grown out of OpenCode. */
export const kiloAgent: Agent = {
  name: 'kilo',
  title: 'Kilo Code',
  traceName: 'kilo',
  package: '@kilocode/cli',
  version: '7.7.7',
  wire: 'chat',
  bin: 'bin/kilo',
  editTool: 'edit',
  connect: ['kilo'],
  prepare: (task) => writeInHome(task, '.config/kilo/kilo.json', QUIET),
  command: (task) => command(task, 'KILO'),
};

function command({ apiKey, prompt }: AgentTask, prefix: string) {
  const off = ['MODELS_FETCH', 'AUTOUPDATE', 'LSP_DOWNLOAD'].map((what) => [`${prefix}_DISABLE_${what}`, '1']);
  return { args: ['run', '--auto', prompt], env: { ...(Object.fromEntries(off) as Record<string, string>), KILO_TELEMETRY_LEVEL: 'off', OPENFUSION_API_KEY: apiKey } };
}
