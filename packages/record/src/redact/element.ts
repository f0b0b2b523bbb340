import { NAME, SPACE, is, skip, startsWith } from "./bytes.ts";
import { identifier } from "./assigned.ts";
import { Name, classifyName } from "./names.ts";
import type { Scan } from "./scan.ts";
import { hidesValue } from "./values.ts";

/** Longest start tag that is read for its end. */
const LONGEST_TAG = 1024;

/**
 * `at` is a `<` in running text: if an element with a secret's name begins there (XML, SOAP, HTML), hides its
 * text: `<SecretAccessKey>…</SecretAccessKey>`, `<wsse:Password Type="…">…`, CDATA too. Child elements are
 * judged by their own names.
 * @returns the offset to go on at.
 */
export function hideElement(scan: Scan, at: number, to: number, inString: boolean): number {
  const { bytes } = scan;
  let nameEnd = at + 1;
  const limit = Math.min(to, at + 96);
  while (nameEnd < limit && (is(bytes, nameEnd, NAME) || bytes[nameEnd] === 0x3a || bytes[nameEnd] === 0x5f)) nameEnd++;
  if (nameEnd === at + 1) return nameEnd;
  const nameClass = classifyName(bytes, at + 1, nameEnd, false);
  if (nameClass === Name.plain) return at + 1;
  const open = tagEnd(bytes, nameEnd, to, inString);
  if (open === 0 || bytes[open - 2] === 0x2f) return at + 1;
  const text = skip(bytes, open, to, SPACE);
  const cdata = startsWith(bytes, text, to, "<![CDATA[");
  if (bytes[text] === 0x3c && !cdata) return open;
  const start = cdata ? text + 9 : open;
  const end = textEnd(bytes, start, to, cdata, inString);
  if (hidesValue(nameClass, bytes, start, end)) scan.hide(start, end, "key-name", identifier(bytes, at + 1, nameEnd));
  return end;
}

/** Offset after the tag's `>`; 0 where there is none near. */
function tagEnd(bytes: Uint8Array, from: number, to: number, inString: boolean): number {
  const limit = Math.min(to, from + LONGEST_TAG);
  for (let i = from; i < limit; i++) {
    const byte = bytes[i];
    if (byte === 0x3e) return i + 1;
    if (byte === 0x3c || (inString && byte === 0x22)) return 0;
  }
  return 0;
}

function textEnd(bytes: Uint8Array, from: number, to: number, cdata: boolean, inString: boolean): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (inString && byte === 0x22) return i;
    if (cdata ? byte === 0x5d && startsWith(bytes, i, to, "]]>") : byte === 0x3c) return i;
  }
  return to;
}
