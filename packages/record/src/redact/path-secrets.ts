import { startsWith } from "./bytes.ts";

export type PathRule = readonly [host: string, after: string, between: number, rest: boolean];

/**
 * APIs that put the credential in the path: host (or its parent domain), the segment it comes after ("" for
 * the first ones), segments between, and whether all that follow are secret too.
 */
export const PATH_SECRETS: readonly PathRule[] = [
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

const NO_RULES: readonly PathRule[] = [];
const LONGEST_HOST = 64;

/** A number for a host name read from its end, so that parent domains come by on the way. */
function addByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

const byHash = new Map<number, PathRule[]>();
for (const rule of PATH_SECRETS) {
  let hash = 0;
  for (let i = rule[0].length - 1; i >= 0; i--) hash = addByte(hash, rule[0].charCodeAt(i));
  byHash.set(hash, [...(byHash.get(hash) ?? []), rule]);
}

/** The rules for the host `bytes[from, to)` (a port may follow the name). */
export function pathRulesFor(bytes: Uint8Array, from: number, to: number): readonly PathRule[] {
  let end = to;
  while (end > from && isPortByte(bytes[end - 1] ?? 0)) end--;
  end = end > from && bytes[end - 1] === 0x3a ? end - 1 : to;
  let hash = 0;
  for (let i = end - 1; i >= from && end - i <= LONGEST_HOST; i--) {
    const byte = bytes[i] ?? 0;
    hash = addByte(hash, byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
    if (i > from && bytes[i - 1] !== 0x2e) continue;
    const rules = byHash.get(hash);
    if (rules?.every(([host]) => startsWith(bytes, i, end, host, true)) === true) return rules;
  }
  return NO_RULES;
}

function isPortByte(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
