/**
 * Certificates made on the spot, so that none lies in the repository and none expires: an authority of its own and servers that it
 * vouches for. X.509 in DER, as much of it as TLS wants (RFC 5280).
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export interface Identity {
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
}

export interface Authority extends Identity {
  /** A server of these names or IPv4 addresses. */
  issue(...names: string[]): Identity;
}

/** An authority that nobody trusts yet. */
export function createAuthority(name = 'OpenFusion test authority'): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = certificate({ subject: name, issuer: name, publicKey: keys.publicKey, signer: keys.privateKey, names: [], isAuthority: true });
  return {
    cert, key: pemOf(keys.privateKey),
    issue(...names) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return { cert: certificate({ subject: names[0] ?? '', issuer: name, publicKey: own.publicKey, signer: keys.privateKey, names, isAuthority: false }), key: pemOf(own.privateKey) };
    },
  };
}

interface Wanted {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  names: readonly string[];
  isAuthority: boolean;
}

const DAY_MS = 86_400_000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

function certificate({ subject, issuer, publicKey, signer, names, isAuthority }: Wanted): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const extensions = [
    extension('2.5.29.19', isAuthority ? sequence(boolean(true)) : sequence(), true),
    extension('2.5.29.14', octets(createHash('sha1').update(spki).digest())),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', sequence(...names.map(generalName)))]),
  ];
  const tbs = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])), ECDSA_SHA256, nameOf(issuer),
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + 30 * DAY_MS)), nameOf(subject), spki, tagged(0xa3, sequence(...extensions)),
  );
  const der = sequence(tbs, ECDSA_SHA256, bits(sign('sha256', tbs, signer)));
  return `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/gu) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function tagged(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: Uint8Array[]): Buffer { return tagged(0x30, ...contents); }
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const octets = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
const bits = (bytes: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), bytes);
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const utcTime = (ms: number): Buffer => tagged(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replaceAll(/[-T:]/gu, '')}Z`));
const nameOf = (commonName: string): Buffer => sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))));
const extension = (id: string, value: Buffer, critical = false): Buffer => sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
const generalName = (name: string): Buffer => (isIP(name) === 4 ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)));

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}
