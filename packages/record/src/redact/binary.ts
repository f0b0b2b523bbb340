import { WORD, is, skip } from "./bytes.ts";
import type { Scan } from "./scan.ts";
import { matchPem, matchToken } from "./tokens.ts";

/**
 * Binary content (images, protobuf, archives): only secrets that say what they are, in runs of ASCII. Names and
 * card numbers are not looked for, where any byte can be anything. The replacement has the secret's length
 * (`[redacted:jwt]***`), so lengths inside the format stay true.
 */
export function scanBinary(scan: Scan): void {
  const { bytes, to } = scan;
  for (let i = scan.from; i < to;) {
    if (is(bytes, i, WORD)) {
      const end = matchToken(scan, i, to);
      i = end > i ? end : skip(bytes, i, to, WORD);
    } else if (bytes[i] === 0x2d && bytes[i + 1] === 0x2d) {
      const end = matchPem(scan, i, to);
      i = end > i ? end : i + 1;
    } else i++;
  }
  scan.edits.keepLengths();
}
