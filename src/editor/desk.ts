import { homedir } from 'node:os';
import type { Desk } from '../clients/connect/connection.ts';
import { disk } from '../clients/connect/disk.ts';
import { memoriesIn } from '../clients/connect/memories.ts';
import { stateDirOf } from '../config/state-dir.ts';
import { workspaceFolder } from './config-sources.ts';

/** Where agents are connected: this machine, with this window's folder and this editor's own. */
export function deskHere(userDir: string | null): Desk {
  const home = homedir();
  return {
    files: disk, memories: memoriesIn(stateDirOf(), disk),
    place: { platform: process.platform, env: process.env, home, cwd: workspaceFolder() ?? home, editorUserDir: userDir ?? undefined, exists: disk.exists },
  };
}
