import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { resultsDir } from '../support/paths.ts';
import { FAULTS, MODELS } from './cells.ts';

/** Where `npm run test:clients` leaves what it saw. */
export const RESULTS_FILE = join(resultsDir, 'clients.json');

const resultSchema = z.object({
  agent: z.string(),
  version: z.string(),
  upstream: z.enum(['chat', 'responses', 'messages']),
  model: z.enum(MODELS),
  fault: z.enum(FAULTS).nullable(),
  /** `unavailable`: the agent could not be installed. */
  outcome: z.enum(['done', 'stopped', 'failed', 'unavailable']),
  problems: z.array(z.string()),
  upstreamCalls: z.int(),
  durationMs: z.number(),
});
const resultsSchema = z.object({ ranOn: z.iso.date(), platform: z.string(), node: z.string(), results: z.array(resultSchema) });

export type Result = z.infer<typeof resultSchema>;
export type Results = z.infer<typeof resultsSchema>;

export async function writeResults(results: Results): Promise<void> {
  await mkdir(dirname(RESULTS_FILE), { recursive: true });
  await writeFile(RESULTS_FILE, `${JSON.stringify(results, null, 2)}\n`);
}

/** Throws when there are none, or when they are not what this version writes. */
export async function readResults(): Promise<Results> {
  return resultsSchema.parse(JSON.parse(await readFile(RESULTS_FILE, 'utf8')));
}
