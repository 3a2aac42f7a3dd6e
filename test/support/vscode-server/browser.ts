import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const programNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const macPrograms = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The Chromium that the environment variable CHROMIUM names, else the first one on PATH. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  if (env.CHROMIUM) return (await isExecutable(env.CHROMIUM)) ? env.CHROMIUM : undefined;
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = programNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const candidate of [...candidates, ...macPrograms]) if (await isExecutable(candidate)) return candidate;
  return undefined;
}

/** Starts a Chromium of this machine with a fresh profile; an error says how to get one. */
export async function launchBrowser({ headless = true, args = [] }: { headless?: boolean; args?: readonly string[] } = {}): Promise<Browser> {
  const executablePath = await findChromium();
  if (!executablePath) {
    const where = process.env.CHROMIUM ? `CHROMIUM=${process.env.CHROMIUM} is no program` : 'there is none on PATH';
    throw new Error(`The editor needs a Chromium, but ${where}: \`apt-get install chromium\`, or set CHROMIUM to a Chrome.`);
  }
  return chromium.launch({ executablePath, headless, args: [...quietFlags, ...args], handleSIGINT: false, handleSIGTERM: false });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
