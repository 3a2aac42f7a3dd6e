/**
 * The last resort of a process or thread that serves: an error that nobody caught is logged and the others' requests go on
 * (the system we replace died on the first 429 of a stream).. Returns the way to take it back.
 */
export function surviveErrors(report: (message: string) => void): () => void {
  const caught = (error: unknown): void => { report(`unexpected error, carried on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`); };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
  return () => {
    process.off('uncaughtException', caught);
    process.off('unhandledRejection', caught);
  };
}
