import { scanJson } from "./json.ts";
import type { Scan } from "./scan.ts";
import { scanText } from "./text.ts";

/** Looks through a text of unknown format: as JSON when it begins like JSON, else as running text. */
export function scanContent(scan: Scan): void {
  const { bytes, from, to } = scan;
  let i = from;
  if (bytes[i] === 0xef && bytes[i + 1] === 0xbb && bytes[i + 2] === 0xbf) i += 3;
  while (i < to && (bytes[i] ?? 0) <= 0x20) i++;
  const first = i < to ? bytes[i] : 0;
  if (first === 0x7b || first === 0x5b || first === 0x22) scanJson(scan, i, to);
  else scanText(scan, from, to, false);
}
