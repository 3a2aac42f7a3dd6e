/** Which keys can be set, and what a key looks like. */
import type { ConfigReport } from '../gateway/host-messages.ts';
import type { Translate } from './translate.ts';

export interface KeyChoice {
  keyName: string;
  /** The upstream that it is for; null for another secret of the configuration. */
  upstream: string | null;
  /** Where it will be sent; null when it goes to no upstream as its key. */
  baseURL: string | null;
}

/** One choice for each upstream and secret that goes to it, as its key or in a header, then the other secrets; before any configuration was read, the built-in upstream. */
export function keyChoices(report: ConfigReport | null, builtIn: { name: string; baseURL: string; apiKeyEnv: string }): KeyChoice[] {
  if (!report || report.upstreams.length === 0) return [{ keyName: builtIn.apiKeyEnv, upstream: builtIn.name, baseURL: builtIn.baseURL }];
  const ofUpstreams = report.upstreams.flatMap(({ name, baseURL, keyName, headerSecrets }) => [...new Set([...(keyName === null ? [] : [keyName]), ...headerSecrets])].map((one) => ({ keyName: one, upstream: name, baseURL })));
  const others = report.secretNames.filter((name) => !ofUpstreams.some(({ keyName }) => keyName === name));
  return [...ofUpstreams, ...others.map((keyName) => ({ keyName, upstream: null, baseURL: null }))];
}

/** What is wrong with a key as typed; null when nothing is. A key is sent in a header: it must not hold what ends a line. */
export function keyProblem(text: string, t: Translate): string | null {
  const key = text.trim();
  if (key === '') return t('A key is needed.');
  return /^[\x21-\x7e]+$/u.test(key) ? null : t('A key holds no spaces and only plain characters.');
}
