import { ALNUM, BASE64, BASE64URL, DIGIT, PEM, SPACE, TOKEN68, WORD, find, is, skip, startsWith } from "./bytes.ts";
import type { Scan } from "./scan.ts";
import { decodeBase64 } from "./base64.ts";
import { VENDOR_KEYS } from "./vendor-keys.ts";
import type { VendorKey } from "./vendor-keys.ts";

/** By the first two bytes of a word (7 bits each): 0 where no secret that says what it is begins so. */
const HEADS = new Uint8Array(1 << 14);
const buckets: VendorKey[][] = [[]];
const JWT = 255;
const SCHEME = 254;
const CONTAINER = 253;

function head(text: string): number {
  return (text.charCodeAt(0) << 7) | text.charCodeAt(1);
}
for (const key of VENDOR_KEYS) {
  const at = head(key.prefix);
  if (HEADS[at] === 0) HEADS[at] = buckets.push([]) - 1;
  buckets[HEADS[at] ?? 0]?.push(key);
}
HEADS[head("ey")] = JWT;
for (const scheme of ["Be", "be", "BE", "Ba", "ba", "BA"]) HEADS[head(scheme)] = SCHEME;
/** What base64 of a text worth looking into begins with: `{"`, `[{`, `["`, `-----`, `sk_`, `ghp`, `AKI`, `ASI`, `Bearer`, `xox`. */
const ENCODED = ["eyJ", "W3", "Wy", "LS0tLS", "c2tf", "c2st", "Z2hw", "QUtJ", "QVNJ", "QmVhcmVy", "eG94"];
for (const start of ENCODED) {
  const at = head(start);
  if (HEADS[at] === 0) HEADS[at] = CONTAINER;
}

/** 1 where the first two bytes of a word (7 bits each) may begin a secret or a card number: a cheap no for most words. */
export const WORD_HEADS = HEADS.map((bucket) => (bucket === 0 ? 0 : 1));
// Cards begin with 2 to 9 (ISO/IEC 7812: banking and financial, travel, merchandising).
for (let first = 0x32; first <= 0x39; first++) for (let second = 0x30; second <= 0x39; second++) WORD_HEADS[(first << 7) | second] = 1;

/** Where in a beginning its rarest three letters are, for those that begin like common words. */
const RARE: Readonly<Record<string, number>> = {
  AKIA: 1,
  ASIA: 1,
  ABIA: 1,
  ACCA: 1,
  "AGE-SECRET-KEY-1": 5,
  secret_: 1,
  lin_api_: 4,
  ATATT3: 3,
  ATCTT3: 3,
  ATBB: 1,
  figd_: 1,
  figo_: 1,
  github_pat_: 5,
  "pplx-": 1,
  rubygems_: 2,
  dop_v1_: 3,
  doo_v1_: 3,
  dor_v1_: 3,
  basic: 2,
};

/** Three bytes in the beginning of a credential that says what it is, and their offset in it; of schemes any case counts. */
export const TOKEN_PARTS: readonly (readonly [part: string, offset: number])[] = [
  ...VENDOR_KEYS.map((key) => key.prefix),
  ...ENCODED,
  "bearer",
  "basic",
].map((start) => {
  const offset = RARE[start] ?? 0;
  // Of these the first two letters at the beginning of a word are rarer than any three.
  if (start === "LTAI") return ["LT", 0] as const;
  return [start.slice(offset, offset + 3), offset] as const;
});
/** 1 for digits a card number begins with (ISO/IEC 7812: banking and financial, travel, merchandising). */
export const CARD_HEADS = new Uint8Array(256).fill(1, 0x32, 0x3a);

/** Whether the whole beginning of such a secret stands at `at`: what follows decides, so this is no match yet. */
export function beginsToken(bytes: Uint8Array, at: number, to: number): boolean {
  if (at + 1 >= to) return false;
  const one = bytes[at] ?? 0;
  const two = bytes[at + 1] ?? 0;
  if ((one | two) >= 0x80) return false;
  const bucket = HEADS[(one << 7) | two] ?? 0;
  if (bucket === 0) return false;
  if (bucket === SCHEME) return startsWith(bytes, at, to, "bearer", true) || startsWith(bytes, at, to, "basic", true);
  if (bucket === JWT) return bytes[at + 2] === 0x4a;
  if (bucket === CONTAINER) return ENCODED.some((start) => startsWith(bytes, at, to, start));
  return buckets[bucket]?.some((key) => startsWith(bytes, at, to, key.prefix)) === true;
}

/** Whether what may begin at `at` is a scheme: white space of any kind stands before its credential. */
export function isScheme(bytes: Uint8Array, at: number): boolean {
  return HEADS[((bytes[at] ?? 0) << 7) | (bytes[at + 1] ?? 0)] === SCHEME;
}

/** Whether escapes inside the credential that may begin at `at` matter: in base64, and after a scheme. */
export function spansEscapes(bytes: Uint8Array, at: number): boolean {
  return (HEADS[((bytes[at] ?? 0) << 7) | (bytes[at + 1] ?? 0)] ?? 0) >= CONTAINER;
}

/**
 * Matches a secret that says what it is, at the start of a word. Hides it in `scan`.
 * @returns the offset after it, or `at` when no secret begins here.
 */
export function matchToken(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  if (at + 1 >= to) return at;
  const one = bytes[at] ?? 0;
  const two = bytes[at + 1] ?? 0;
  if ((one | two) >= 0x80) return at;
  const bucket = HEADS[(one << 7) | two] ?? 0;
  if (bucket === 0) return at;
  if (bucket === JWT) return matchJwt(scan, at, to);
  if (bucket === SCHEME) return matchScheme(scan, at, to);
  if (bucket === CONTAINER) return matchEncoded(scan, at, to);
  for (const key of buckets[bucket] ?? []) {
    const end = matchVendorKey(scan, at, to, key);
    if (end > at) return end;
  }
  return at;
}

function matchVendorKey(scan: Scan, at: number, to: number, key: VendorKey): number {
  const { bytes } = scan;
  if (!startsWith(bytes, at, to, key.prefix)) return at;
  const start = at + key.prefix.length;
  const atCut = (end: number): boolean => scan.cut && end >= scan.to && end > start;
  // Bounded look first: a hit consumes all it read, a miss costs at most 64 bytes, so the scan stays linear.
  const near = skip(bytes, start, Math.min(to, start + 64), key.tail);
  if (near - start < key.min && !atCut(near)) return at;
  if (key.digit && find(bytes, start, near, DIGIT) === near && !atCut(near)) return at;
  if (key.exact && near - start !== key.min && !atCut(near)) return at;
  let end = skip(bytes, near, to, key.tail);
  if (!key.exact) while (end + 1 < to && bytes[end] === 0x2e && is(bytes, end + 1, key.tail)) end = skip(bytes, end + 1, to, key.tail);
  if (key.exact && end < to && is(bytes, end, WORD)) return at;
  scan.hide(at, end, key.rule);
  return end;
}

/** RFC 7519 JSON Web Token (also RFC 7516, five parts), else base64 of a JSON object. */
function matchJwt(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  if (bytes[at + 2] !== 0x4a || at < scan.noJwtBefore) return at;
  let end = skip(bytes, at, to, BASE64URL);
  if (scan.cut && end >= scan.to && end - at >= 4) {
    scan.hide(at, end, "jwt");
    return end;
  }
  if (end < to && bytes[end] === 0x2e && end - at >= 10 && end + 1 < to && is(bytes, end + 1, BASE64URL)) {
    for (let parts = 1; parts < 5 && end < to && bytes[end] === 0x2e; parts++) end = skip(bytes, end + 1, to, BASE64URL);
    scan.hide(at, end, "jwt");
    return end;
  }
  scan.noJwtBefore = end;
  return matchEncoded(scan, at, to);
}

/** Base64 of JSON, a PEM block or a key: looked into; hidden whole when it holds a secret. */
function matchEncoded(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  if (at < scan.noEncodedBefore || !ENCODED.some((start) => startsWith(bytes, at, to, start))) return at;
  const end = skip(bytes, at, to, BASE64 | BASE64URL);
  // Whatever comes of it, this run is decoded once: the scan stays linear.
  scan.noEncodedBefore = end;
  if (end - at < 16 || !scan.holdsSecret(decodeBase64(bytes, at, end), end)) return at;
  scan.hide(at, end, "base64");
  return end;
}

/** `Bearer <token>` (RFC 6750) and `Basic <credentials>` (RFC 7617) in any case, also percent-encoded. */
function matchScheme(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  const basic = startsWith(bytes, at, to, "basic", true);
  const name = basic ? "basic" : "bearer";
  if (!basic && !startsWith(bytes, at, to, name, true)) return at;
  const start = afterScheme(bytes, at + name.length, to);
  if (start === at + name.length) return at;
  if (basic) {
    const near = skip(bytes, start, Math.min(to, start + 512), BASE64 | BASE64URL);
    const atCut = scan.cut && near >= scan.to && near > start;
    if (!atCut && !isUserAndPassword(bytes, start, near)) return at;
    const end = skip(bytes, near, to, BASE64 | BASE64URL);
    scan.hide(start, end, "basic-credentials");
    return end;
  }
  const near = skip(bytes, start, Math.min(to, start + 32), TOKEN68);
  const atCut = scan.cut && near >= scan.to && near > start;
  if (!atCut && !looksSecret(bytes, start, near)) return at;
  const end = skip(bytes, near, to, TOKEN68);
  scan.hide(start, end, "bearer-token");
  return end;
}

/** Past the space after the scheme: real, `+`, `%20`, or several. */
function afterScheme(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && i - from < 16) {
    if (is(bytes, i, SPACE) || bytes[i] === 0x2b) i++;
    else if (startsWith(bytes, i, to, "%20")) i += 3;
    else break;
  }
  return i;
}

/** Tells a token from a word of prose (`Bearer authentication`): long, or with a digit or an inner capital. */
export function looksSecret(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  if (length < 6) return false;
  if (length >= 20) return true;
  let letters = 0;
  for (let i = from; i < to; i++) {
    if (is(bytes, i, DIGIT)) return true;
    const byte = bytes[i] ?? 0;
    if (i > from && byte >= 0x41 && byte <= 0x5a && is(bytes, from, ALNUM)) letters++;
  }
  return letters > 0 && letters < length - 1;
}

/** Whether base64 text decodes to printable `user:password`. */
function isUserAndPassword(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 4) return false;
  const plain = decodeBase64(bytes, from, to);
  const colon = plain.indexOf(0x3a);
  return colon >= 0 && plain.every((byte) => byte >= 0x20 && byte !== 0x7f);
}

/**
 * A PEM block (RFC 7468) of a private key, PGP's included, that begins at `at` with five hyphens. Certificates
 * and public keys are public and stay. A block without an end is taken as far as it looks like one.
 */
export function matchPem(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  if (!startsWith(bytes, at, to, "-----BEGIN ")) return at;
  let label = at + 11;
  while (label < to && label - at < 60 && !startsWith(bytes, label, to, "PRIVATE KEY")) label++;
  if (!startsWith(bytes, label, to, "PRIVATE KEY")) return at;
  let end = skip(bytes, label + 11, to, WORD | SPACE | PEM);
  for (let i = label + 11; i < end; i++) {
    if (bytes[i] !== 0x2d || !startsWith(bytes, i, to, "-----END ")) continue;
    for (i += 9; i < end && bytes[i] !== 0x2d; i++);
    end = Math.min(end, skipHyphens(bytes, i, to));
  }
  scan.hide(at, end, "private-key");
  return end;
}

function skipHyphens(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && bytes[i] === 0x2d) i++;
  return i;
}
