import { readFileSync } from 'node:fs';

declare const OPENFUSION_VERSION: string | undefined;

/** Version of the package: put in by the build; read from package.json when the sources run as they are. */
export const VERSION: string = typeof OPENFUSION_VERSION === 'string' ? OPENFUSION_VERSION : versionOfSources();

function versionOfSources(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
