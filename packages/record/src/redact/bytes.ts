// Classes of bytes, one bit each, looked up by the scanners: a table beats comparisons in a hot loop.
export const ALNUM = 1;
/** Letters, digits, underscore: what words are made of. */
export const WORD = 2;
export const DIGIT = 4;
export const SPACE = 8;
/** What a name in running text may consist of: `user[password]`, `x-api-key`, `a.b`, `api%5Fkey`. */
export const NAME = 16;
export const BASE64 = 32;
export const BASE64URL = 64;
/** Ends an unquoted value in running text or a URL: space, quotes, `<>&;` and the backslash. */
export const VALUE_END = 128;
/** Ends a percent-encoded run: as VALUE_END, and `?` `#`. */
export const RUN_END = 256;
/** RFC 6750 token68 plus what vendors add. */
export const TOKEN68 = 512;
/** What stands between the lines of a PEM block: base64, header fields, escaped and real line breaks. */
export const PEM = 1024;
export const HEX = 2048;
export const UPPER_ALNUM = 4096;

// One more than a byte can be: stands for "outside the text".
export const CLASS = new Uint16Array(257);

function mark(chars: string, bit: number): void {
  for (let i = 0; i < chars.length; i++) {
    const code = chars.charCodeAt(i);
    CLASS[code] = (CLASS[code] ?? 0) | bit;
  }
}

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alnum = upper + lower + digits;
mark(alnum, ALNUM | WORD | NAME | BASE64 | BASE64URL | TOKEN68 | PEM);
mark("_", WORD);
mark(digits, DIGIT);
mark(`${digits}abcdefABCDEF`, HEX);
mark(upper + digits, UPPER_ALNUM);
mark(" \t\r\n\f\v", SPACE | VALUE_END | RUN_END | PEM);
mark("_-.[]%$", NAME);
mark("+/=", BASE64);
mark("_-", BASE64URL);
mark("\"'`<>&;\\", VALUE_END | RUN_END);
mark("?#", RUN_END);
mark("-._~+/=:%!@*|$", TOKEN68);
mark("+/=\\-,:.()@", PEM);

/**
 * 1 for letters and digits, for the hottest loops. The underscore is no part of a word here, so that a secret is
 * found behind one: `card_4242…`, `stripe_sk_live_…`.
 */
export const IN_WORD = Uint8Array.from({ length: 256 }, (_, byte) => (((CLASS[byte] ?? 0) & ALNUM) === 0 ? 0 : 1));

/** True when the byte at `i` has one of the bits; false outside the text. */
export function is(bytes: Uint8Array, i: number, bit: number): boolean {
  return ((CLASS[bytes[i] ?? 0x100] ?? 0) & bit) !== 0;
}

/** First offset in `[from, to)` whose byte has none of the bits. */
export function skip(bytes: Uint8Array, from: number, to: number, bit: number): number {
  let i = from;
  while (i < to && ((CLASS[bytes[i] ?? 0] ?? 0) & bit) !== 0) i++;
  return i;
}

/** First offset in `[from, to)` whose byte has one of the bits. */
export function find(bytes: Uint8Array, from: number, to: number, bit: number): number {
  let i = from;
  while (i < to && ((CLASS[bytes[i] ?? 0] ?? 0) & bit) === 0) i++;
  return i;
}

/** Whether `text` (ASCII, lower case when `anyCase`) stands at `at` and ends before `to`. */
export function startsWith(bytes: Uint8Array, at: number, to: number, text: string, anyCase = false): boolean {
  if (at + text.length > to) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[at + i] ?? 0;
    if ((anyCase && byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== text.charCodeAt(i)) return false;
  }
  return true;
}
