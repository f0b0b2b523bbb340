const SLOTS = 1024;
const LONGEST = 64;

/**
 * Short texts that come again with every span (attribute keys, methods, hosts): looking one up costs a third
 * of decoding it, and equal texts share one string. Direct-mapped, so bounded whatever is sent.
 */
export class TextCache {
  readonly #bytes: (Uint8Array | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => "");

  /** The UTF-8 text in `[start, end)` of `source`. */
  text(source: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return "";
    if (length > LONGEST) return source.toString("utf8", start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (source[at] ?? 0)) | 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const known = this.#bytes[slot];
    if (known !== undefined && same(known, source, start, length)) return this.#texts[slot] ?? "";
    const text = source.toString("utf8", start, end);
    this.#bytes[slot] = Uint8Array.prototype.slice.call(source, start, end);
    this.#texts[slot] = text;
    return text;
  }
}

function same(known: Uint8Array, source: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let at = 0; at < length; at++) if (known[at] !== source[start + at]) return false;
  return true;
}
