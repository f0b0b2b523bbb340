const SLOTS = 2048;
const LONGEST = 64;
const HASHED = 6;

/**
 * Short ASCII texts that come again with every span (attribute keys, methods, hosts): looking one up costs less
 * than decoding it, and equal texts share one string. Direct-mapped, so bounded whatever is sent.
 */
export class TextCache {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => "");

  /** The UTF-8 text in `[start, end)` of `source`. */
  text(source: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > LONGEST) return source.toString("utf8", start, end);
    // Attribute keys differ in their length and their last letters; a poor hash only costs a miss.
    let hash = length + (source[start + (length >> 1)] ?? 0) * 31;
    for (let at = Math.max(start, end - HASHED); at < end; at++) hash = (Math.imul(hash, 31) + (source[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
    const known = this.#texts[slot] ?? "";
    if (same(known, source, start, length)) return known;
    const text = source.toString("utf8", start, end);
    this.#texts[slot] = text;
    return text;
  }
}

/** A text with a character beyond ASCII is never the same: its bytes are no character codes. */
function same(known: string, source: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) {
    const code = known.charCodeAt(at);
    if (code !== source[start + at] || code > 0x7f) return false;
  }
  return true;
}
