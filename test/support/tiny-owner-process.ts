/** A tiny owner as a process of its own: `PORT STATE_DIR KIND`. Each of its states is a JSON line; it lives until it is killed. */
import { startTinyOwner } from './tiny-owner.ts';

const [port, stateDir, kind] = process.argv.slice(2);
if (port === undefined || stateDir === undefined) throw new Error('usage: PORT STATE_DIR [KIND]');
startTinyOwner({ port: Number(port), stateDir, kind: kind === 'serve' ? 'serve' : 'window', onState: (state) => process.stdout.write(`${JSON.stringify(state)}\n`) });
