/** Our own report in docs/providers.   node test/examples/own-provider-report.ts    writes it anew; the test compares. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliHome } from '../support/cli.ts';
import { repoDir } from '../support/paths.ts';

export const OWN_REPORT = join(repoDir, 'docs', 'providers', 'openfusion-dry-run.md');

const ABOUT = `
## About this report

OpenFusion's gateway with its built-in configuration, made by \`node test/examples/own-provider-report.ts\`. Behind it stands the dry-run upstream, which speaks chat completions:
no model was called. It proves what the gateway does with the three formats, streams, tools and errors, not the quality of an answer. The dry-run upstream makes one tool call at a time.
`;

/** What the tool says today of this gateway, and our words on it. */
export async function ownReport(home: CliHome): Promise<string> {
  const { stdout, stderr } = await home.run(['compat', '--dry-run', '--overflow', '--public', '--formats', 'chat,responses,messages']);
  if (stdout === '') throw new Error(stderr);
  return stdout + ABOUT;
}

/** Without what is another one at each run. */
export const lasting = (report: string): string => report.replace(/^(Started|Tool): .*$/gm, '$1');

export const readOwnReport = (): Promise<string> => readFile(OWN_REPORT, 'utf8');

if (import.meta.main) {
  const home = await CliHome.create();
  try {
    await writeFile(OWN_REPORT, await ownReport(home));
  } finally {
    await home.remove();
  }
}
