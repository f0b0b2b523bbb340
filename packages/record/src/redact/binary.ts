import { IN_WORD } from "./bytes.ts";
import type { Scan } from "./scan.ts";
import { matchPem, matchToken, WORD_HEADS } from "./tokens.ts";

/**
 * Binary content (images, protobuf, archives): only secrets that say what they are, in runs of ASCII. Names and
 * card numbers are not looked for, where any byte can be anything. The replacement has the secret's length
 * (`[redacted:jwt]***`), so lengths inside the format stay true.
 */
export function scanBinary(scan: Scan): void {
  const { bytes, to } = scan;
  for (let i = scan.from; i < to;) {
    const byte = bytes[i] ?? 0;
    if (IN_WORD[byte] === 1) {
      const start = i++;
      if (i < to && WORD_HEADS[((byte & 0x7f) << 7) | ((bytes[i] ?? 0) & 0x7f)] === 1) i = Math.max(i, matchToken(scan, start, to));
      while (i < to && IN_WORD[bytes[i] ?? 0] === 1) i++;
    } else if (byte === 0x2d && i + 1 < to && bytes[i + 1] === 0x2d) {
      const end = matchPem(scan, i, to);
      i = end > i ? end : i + 1;
    } else i++;
  }
  scan.edits.keepLengths();
}
