/**
 * Two FNV-1a lanes with different primes, folded to 53 bits: short keys for long texts. Not for secrets.
 * https://www.rfc-editor.org/rfc/rfc9923 describes FNV; the second prime and the fold are ours.
 */
const offsetBasis = 0x811c9dc5;
const firstPrime = 0x01000193;
const secondPrime = 0x0100019b;

function fold(first: number, second: number): number {
  const high = Math.imul(first ^ (second >>> 15), secondPrime);
  const low = Math.imul(second ^ (first >>> 13), firstPrime);
  return ((high ^ (high >>> 16)) & 0x1fffff) * 0x1_0000_0000 + ((low ^ (low >>> 14)) >>> 0);
}

/** A 53-bit hash of a text's UTF-16 units; another seed gives another, independent hash. */
export function hashText(text: string, seed = 0): number {
  let first = offsetBasis ^ seed;
  let second = offsetBasis ^ Math.imul(seed + 1, secondPrime);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    first = Math.imul(first ^ unit, firstPrime);
    second = Math.imul(second ^ unit, secondPrime);
  }
  return fold(first, second);
}

/** A 53-bit hash of the first `most` bytes and of the length. */
export function hashBytes(bytes: Uint8Array, most: number): number {
  const end = Math.min(bytes.length, most);
  let first = offsetBasis ^ bytes.length;
  let second = offsetBasis;
  for (let i = 0; i < end; i++) {
    first = Math.imul(first ^ bytes[i]!, firstPrime);
    second = Math.imul(second ^ bytes[i]!, secondPrime);
  }
  return fold(first, second);
}
