import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repoDir } from '../support/paths.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface Ran { code: number | null; stdout: string; stderr: string }

/** Runs an example as a person does, in a home of its own. */
export async function runScript(path: string, args: readonly string[] = [], { program = process.execPath }: { program?: string } = {}): Promise<Ran> {
  const home = await temporaryFolder();
  try {
    const child = spawn(program, [join(repoDir, path), ...args], {
      cwd: repoDir, stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: home.path, XDG_STATE_HOME: join(home.path, 'state'), XDG_CONFIG_HOME: join(home.path, 'config') },
    });
    const ran: Ran = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => { ran.stdout += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { ran.stderr += text; });
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => { resolve({ ...ran, code }); });
    });
  } finally {
    await home.remove();
  }
}
