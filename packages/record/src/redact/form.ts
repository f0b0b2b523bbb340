import { identifier } from "./assigned.ts";
import { decodePercent } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import { Name, classifyName } from "./names.ts";
import type { Scan } from "./scan.ts";
import { scanText } from "./text.ts";
import { hidesValue } from "./values.ts";

/**
 * `application/x-www-form-urlencoded` (WHATWG URL 5.1): fields by name; values decoded and looked through. JSON
 * under that type is common (it is what curl says by default) and scanned as JSON.
 */
export function scanForm(scan: Scan): void {
  const { bytes, to } = scan;
  const first = bytes[scan.from];
  if (first === 0x7b || first === 0x5b) return scan.content(scan);
  for (let i = scan.from; i < to;) {
    let end = i;
    let equals = -1;
    for (; end < to && bytes[end] !== 0x26; end++) if (equals === -1 && bytes[end] === 0x3d) equals = end;
    if (equals === -1) lookInto(scan, i, end, "");
    else {
      const where = identifier(bytes, i, equals);
      const nameClass = classifyName(bytes, i, equals, true);
      if (nameClass !== Name.plain && hidesValue(nameClass, bytes, equals + 1, end)) scan.hide(equals + 1, end, "key-name", where);
      else lookInto(scan, equals + 1, end, where);
      scanText(scan, i, equals, false);
    }
    i = end + 1;
  }
}

function lookInto(scan: Scan, from: number, to: number, where: string): void {
  const { bytes } = scan;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === 0x25 || byte === 0x2b) return scan.decoded(from, to, decodeField, where);
  }
  scan.part(from, to, scan.content);
}

function decodeField(source: Uint8Array, from: number, to: number, into: Decoded): void {
  decodePercent(source, from, to, true, into);
}
