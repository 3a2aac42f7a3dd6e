import { apiError, fail, ok, type Result } from '../../protocol/errors.ts';
import type { Exchange } from '../exchange.ts';

/** Reads a JSON body, once. Errors: 415 content type or encoding, 413 size (at once when the declared length is too large). */
export async function readBody({ req, settings }: Exchange): Promise<Result<Uint8Array>> {
  const type = req.headers['content-type'] ?? '';
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) return fail(apiError(415, 'The content type must be application/json.', { code: 'unsupported_media_type' }));
  const encoding = req.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return fail(apiError(415, 'A compressed request body is not supported; send it as it is.', { code: 'unsupported_content_encoding' }));
  const { maxBodyBytes } = settings.server;
  // The rest is read and thrown away: a client that is still writing would else see a reset instead of the answer.
  if (Number(req.headers['content-length'] ?? 0) > maxBodyBytes) { req.resume(); return tooLarge(maxBodyBytes); }
  return await new Promise((resolve) => {
    const pieces: Uint8Array[] = [];
    let size = 0;
    req.on('data', (piece: Buffer) => {
      size += piece.byteLength;
      if (size <= maxBodyBytes) { pieces.push(piece); return; }
      pieces.length = 0;
      resolve(tooLarge(maxBodyBytes));
    });
    req.on('end', () => { resolve(ok(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, size))); });
    req.on('error', () => { resolve(brokenOff()); });
    // Comes after every body, also after a whole one.
    req.on('close', () => { if (!req.readableEnded) resolve(brokenOff()); });
  });
}

const tooLarge = (maxBodyBytes: number): Result<never> => fail(apiError(413, `The request body is larger than ${maxBodyBytes} bytes (server.maxBodyBytes).`, { code: 'request_too_large' }));
const brokenOff = (): Result<never> => fail(apiError(400, 'The request body broke off.'));
