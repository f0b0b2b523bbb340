import type { RingBytes } from "./layout.ts";

/** Up to here a loop over characters beats the way into native code, most of all when that code is out of the cache. */
const SHORT_TEXT = 128;

/** Copies the first `length` bytes. Returns the offset behind them. */
export function writeBytes(bytes: RingBytes, source: Uint8Array, length: number, at: number): number {
  // fill() is memcpy; set() copies to shared memory byte by byte where source and target are not aligned alike.
  if (length > SHORT_TEXT) bytes.fill(source, at, at + length);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = source[index] ?? 0;
  return at + length;
}

/** Writes a string of bytes (each character below 256). Returns the offset behind it. */
export function writeLatin1(bytes: RingBytes, text: string, at: number): number {
  const { length } = text;
  if (length > SHORT_TEXT) bytes.latin1Write(text, at, length);
  else for (let index = 0; index < length; index += 1) bytes[at + index] = text.charCodeAt(index);
  return at + length;
}

/** Writes a string as UTF-8; `3 * text.length` bytes must be free. Returns the offset behind it. */
export function writeUtf8(bytes: RingBytes, text: string, at: number): number {
  const { length } = text;
  if (length > SHORT_TEXT) return at + bytes.utf8Write(text, at, 3 * length);
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 127) return at + bytes.utf8Write(text, at, 3 * length);
    bytes[at + index] = code;
  }
  return at + length;
}
