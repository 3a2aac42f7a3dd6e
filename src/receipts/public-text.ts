/** Texts of strangers (error messages above all) as they may stand in a report that is pasted into an issue. */
import { createRedactor } from '../trace/redact.ts';

export interface PublicTextOptions {
  /** Keys and the like that were in use. */
  secrets: readonly (string | undefined)[];
}

/** What keys of the known providers look like, whole or partly masked; ids of accounts and requests; what stands behind `Bearer`. */
const KEY_LIKE = /\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|github_pat|r8|nvapi)[-_](?=[\w*.-]{0,100}[\w*]{6})[\w*.-]+|\b(?:key|org|proj|req|user|acct)[-_](?=[\w*.-]{0,100}[\d*])[\w*.-]{6,}|\bAIza[\w-]{20,}|\bAKIA[A-Z0-9]{12,}|\bBearer\s+(?=\S*\d)[\w.~+/*-]{8,}=*|\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/giu;
const E_MAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu;
/** Credentials inside an address. */
const URL_CREDENTIALS = /(?<=\b[a-z][a-z+.-]{0,20}:\/\/)[^\s/@]{1,500}@/giu;
/** Folders of a machine: not the paths of an API. */
const MACHINE_PATH = /(?<![\w.:/-])\/(?:home|Users|root|tmp|private|var|opt|usr|mnt|srv|etc|workspace|app|data)\/[^\s"'`)\]}<>]+|\b[A-Za-z]:\\[^\s"'`)\]}<>]+|(?<![\w/])~\/[^\s"'`)\]}<>]+/gu;

/** Shorter values are no secrets, and stand inside innocent words. */
const MIN_CHARS = 4;

/** A function that takes secrets, names of accounts, addresses of people and paths of machines out of a text. */
export function createPublicText({ secrets }: PublicTextOptions): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= MIN_CHARS) as string[];
  const redactor = createRedactor(known);
  // The longest first: one may hold another.
  const literal = [...new Set(known)].sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutKnown = redactor.redactText(literal.reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text));
    return withoutKnown.replace(URL_CREDENTIALS, '').replace(KEY_LIKE, '[redacted]').replace(E_MAIL, '[e-mail]').replace(MACHINE_PATH, '[path]');
  };
}

export type PrivateKind = 'secret' | 'e-mail address' | 'credentials in an address' | 'path of a machine';

/** What in this text should not be public, by the same patterns: for the check of reports that others wrote. */
export function findPrivate(text: string): { kind: PrivateKind; found: string }[] {
  const all = (kind: PrivateKind, pattern: RegExp) => [...text.matchAll(pattern)].map(([found]) => ({ kind, found }));
  return [...all('credentials in an address', URL_CREDENTIALS), ...all('secret', KEY_LIKE), ...all('e-mail address', E_MAIL), ...all('path of a machine', MACHINE_PATH)];
}
