import { ALNUM, DIGIT, NAME, RUN_END, is, startsWith } from "./bytes.ts";
import { Name, classifyName } from "./names.ts";
import { pathRulesFor } from "./path-secrets.ts";
import type { PathRule } from "./path-secrets.ts";
import type { Scan } from "./scan.ts";

const NO_STARTS: number[] = [];
/** How much of a path is looked at for host rules: bounds the work where URLs stand in URLs. */
export const LONGEST_PATH = 256;

/**
 * `at` is the offset after `://` in running text: hides userinfo (RFC 3986 3.2.1) and secrets in the path.
 * @returns the offset after the authority; path and query are scanned on from there.
 */
export function hideAuthority(scan: Scan, at: number, to: number): number {
  const { bytes } = scan;
  let end = at;
  let host = at;
  for (; end < to && bytes[end] !== 0x2f && !is(bytes, end, RUN_END); end++) if (bytes[end] === 0x40) host = end + 1;
  if (host === at && scan.cut && end >= scan.to && mayBeUserinfo(bytes, at, end)) scan.hide(at, end, "url-userinfo", "userinfo");
  if (host > at && !isLoginName(bytes, at, host - 1)) scan.hide(at, host - 1, "url-userinfo", "userinfo");
  const limit = Math.min(to, end + LONGEST_PATH);
  if (bytes[end] === 0x2f && end < to) hidePath(scan, host, end, end, limit);
  return end === at ? at : end;
}

/** Whether an authority that was cut may have been cut before its `@`: it has a colon, or no dot as hosts have. */
function mayBeUserinfo(bytes: Uint8Array, from: number, to: number): boolean {
  let dots = 0;
  for (let i = from; i < to; i++) {
    if (bytes[i] === 0x3a) return true;
    if (bytes[i] === 0x2e) dots++;
  }
  return dots === 0;
}

/** `git@`, `root@`: a short name without a password. */
function isLoginName(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 8) return false;
  for (let i = from; i < to; i++) if (bytes[i] === 0x3a || bytes[i] === 0x25 || is(bytes, i, DIGIT)) return false;
  return true;
}

/**
 * Hides path segments that are credentials: by host, `bot<id>:<token>`, or after a segment like `token`, `hook`.
 * A URL inside the path is left to its own `://`.
 */
export function hidePath(scan: Scan, hostFrom: number, hostTo: number, from: number, to: number): void {
  const { bytes } = scan;
  const rules = pathRulesFor(bytes, hostFrom, hostTo);
  // For each rule the index of its first secret segment; -1 until its marker was seen.
  const starts = rules.length === 0 ? NO_STARTS : rules.map(([, after, between]) => (after === "" ? between : -1));
  let previousFrom = from;
  let previousTo = from;
  let index = 0;
  for (let i = from; i < to && bytes[i] === 0x2f;) {
    const start = i + 1;
    let end = start;
    while (end < to && bytes[end] !== 0x2f && !is(bytes, end, RUN_END)) end++;
    if (end > start && bytes[end - 1] === 0x3a && startsWith(bytes, end, to, "//")) return;
    if (end > start) {
      const bot = botToken(bytes, start, end);
      const known =
        rules.length > 0 && starts.some((first, r) => first >= 0 && (index === first || (index > first && rules[r]?.[3] === true)));
      if (bot > start) scan.hide(bot, end, "url-path", "path");
      else if (known || isSecretSegment(scan, previousFrom, previousTo, start, end)) scan.hide(start, end, "url-path", "path");
      if (rules.length > 0) findStarts(starts, rules, index, bytes, start, end);
      index++;
      previousFrom = start;
      previousTo = end;
    }
    i = end;
  }
}

/** The segment `[from, to)` may be the one after which a rule's secrets come. */
function findStarts(starts: number[], rules: readonly PathRule[], index: number, bytes: Uint8Array, from: number, to: number): void {
  for (const [r, [, after, between]] of rules.entries()) {
    if (starts[r] === -1 && after.length === to - from && startsWith(bytes, from, to, after)) starts[r] = index + 1 + between;
  }
}

/** Telegram's `/bot<id>:<token>/`: the offset after `bot`, or `from`. */
function botToken(bytes: Uint8Array, from: number, to: number): number {
  if (!startsWith(bytes, from, to, "bot")) return from;
  let i = from + 3;
  while (i < to && is(bytes, i, DIGIT)) i++;
  const separated = bytes[i] === 0x3a || startsWith(bytes, i, to, "%3A") || startsWith(bytes, i, to, "%3a");
  return i > from + 3 && i < to && separated ? from + 3 : from;
}

/** A long random-looking segment after one that names a credential or a hook. */
function isSecretSegment(scan: Scan, nameFrom: number, nameTo: number, from: number, to: number): boolean {
  if (nameTo <= nameFrom || to - from < 12) return false;
  const { bytes } = scan;
  const hook = nameTo - nameFrom <= 5 && startsWith(bytes, nameFrom, nameTo, "hook", true);
  if (!hook && classifyName(bytes, nameFrom, nameTo, true) !== Name.secret) return false;
  let digits = 0;
  for (let i = from; i < to; i++) {
    if (!is(bytes, i, NAME | ALNUM) && bytes[i] !== 0x5f && bytes[i] !== 0x7e && bytes[i] !== 0x3a) return false;
    if (is(bytes, i, DIGIT)) digits++;
  }
  return digits > 0;
}
