/** The bytes of a base64 text. */
export function bytesOf(base64: string): Uint8Array {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** 32-bit floats (little endian) of a base64 text. */
export const floatsOf = (base64: string): Float32Array => new Float32Array(bytesOf(base64).buffer);

/** Signed bytes of a base64 text. */
export const signedBytesOf = (base64: string): Int8Array => new Int8Array(bytesOf(base64).buffer);
