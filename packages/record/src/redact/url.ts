import { ALNUM, DIGIT, NAME, RUN_END, find, is, startsWith } from "./bytes.ts";
import { Name, classifyName } from "./names.ts";
import type { Scan } from "./scan.ts";

/** How much of a path is looked at for host rules: bounds the work where URLs stand in URLs. */
const LONGEST_PATH = 256;

/**
 * APIs that put the credential in the path: host (or its parent domain), the segment it comes after ("" for
 * the first ones), segments between, and whether all that follow are secret too.
 */
const PATH_SECRETS: readonly (readonly [host: string, after: string, between: number, rest: boolean])[] = [
  ["hooks.slack.com", "", 3, true],
  ["hooks.slack-gov.com", "", 3, true],
  ["discord.com", "webhooks", 1, false],
  ["discordapp.com", "webhooks", 1, false],
  ["webhook.office.com", "", 1, true],
  ["outlook.office.com", "webhook", 0, true],
  ["outlook.office365.com", "webhook", 0, true],
  ["maker.ifttt.com", "key", 0, false],
  ["hooks.zapier.com", "catch", 1, false],
  ["make.com", "", 0, false],
  ["infura.io", "v3", 0, false],
  ["alchemy.com", "v2", 0, false],
  ["alchemyapi.io", "v2", 0, false],
  ["quiknode.pro", "", 0, false],
  ["blastapi.io", "", 0, false],
  ["rpc.ankr.com", "", 1, false],
  ["exchangerate-api.com", "v6", 0, false],
  ["superheroapi.com", "api", 0, false],
  ["thesportsdb.com", "json", 0, false],
  ["api.darksky.net", "forecast", 0, false],
  ["api.pirateweather.net", "forecast", 0, false],
  ["api.wunderground.com", "api", 0, false],
  ["open.feishu.cn", "hook", 0, false],
  ["open.larksuite.com", "hook", 0, false],
  ["events.pagerduty.com", "integration", 0, false],
  ["loggly.com", "inputs", 0, false],
  ["loggly.com", "bulk", 0, false],
  ["sumologic.com", "http", 0, false],
  ["hc-ping.com", "", 0, true],
  ["webhook.site", "", 0, false],
];

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
  if (bytes[end] === 0x2f && end < to) hidePath(scan, host, end, end, find(bytes, end, limit, RUN_END));
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

/** Hides path segments that are credentials: by host, `bot<id>:<token>`, or after a segment like `token`, `hooks`. */
export function hidePath(scan: Scan, hostFrom: number, hostTo: number, from: number, to: number): void {
  const { bytes } = scan;
  const rules = PATH_SECRETS.filter(([host]) => isHost(bytes, hostFrom, hostTo, host));
  let previousFrom = from;
  let previousTo = from;
  let index = 0;
  // For each rule: the segment index from which segments are secret; -1 until its marker was seen.
  const starts = rules.map(([, after, between]) => (after === "" ? between : -1));
  for (let i = from; i < to;) {
    const start = i + 1;
    let end = start;
    while (end < to && bytes[end] !== 0x2f) end++;
    if (end > start) {
      const known = starts.some((first, r) => first >= 0 && (index === first || (index > first && rules[r]?.[3] === true)));
      const bot = botToken(bytes, start, end);
      if (bot > start) scan.hide(bot, end, "url-path", "path");
      else if (known || isSecretSegment(scan, previousFrom, previousTo, start, end)) scan.hide(start, end, "url-path", "path");
      for (const [r, [, after, between]] of rules.entries()) {
        if (starts[r] === -1 && after.length === end - start && startsWith(bytes, start, end, after)) starts[r] = index + 1 + between;
      }
      index++;
      previousFrom = start;
      previousTo = end;
    }
    i = end;
  }
}

function isHost(bytes: Uint8Array, from: number, to: number, host: string): boolean {
  let end = to;
  for (let i = from; i < to; i++) if (bytes[i] === 0x3a) end = Math.min(end, i);
  const start = end - host.length;
  if (start < from || !startsWith(bytes, start, end, host, true)) return false;
  return start === from || bytes[start - 1] === 0x2e;
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
