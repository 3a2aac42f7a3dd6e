import * as z from 'zod';

/** Marks our lines among all that the workbench logs. */
export const reportPrefix = '@@openfusion-test ';

const title = z.array(z.string());
const testReportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passed'), title, durationMs: z.number() }),
  z.object({ kind: z.literal('pending'), title }),
  z.object({ kind: z.literal('failed'), title, error: z.string() }),
  z.object({ kind: z.literal('end') }),
]);

/** One event of a Mocha run inside the extension host. */
export type TestReport = z.infer<typeof testReportSchema>;

/** The report in a line of the console, if it is one. */
export function parseReport(line: unknown): TestReport | undefined {
  if (typeof line !== 'string' || !line.startsWith(reportPrefix)) return undefined;
  return testReportSchema.parse(JSON.parse(line.slice(reportPrefix.length)));
}

/** The counts of one suite, as the run over all suites adds them up. */
export interface SuiteResult {
  name: string;
  passed: number;
  failed: number;
  /** What was left out, for the run's last lines. */
  notes: string[];
}
