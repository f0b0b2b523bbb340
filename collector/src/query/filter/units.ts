import type { Unit } from "./fields.ts";

const durations: Readonly<Record<string, number>> = {
  "": 1,
  us: 0.001,
  µs: 0.001,
  μs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};
const spans: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const sizes: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};
const units: Readonly<Record<Unit, Readonly<Record<string, number>>>> = { count: { "": 1 }, duration: durations, size: sizes };

/** What a value of a unit looks like, for people. */
export const unitExamples: Readonly<Record<Unit, string>> = {
  count: "a number",
  duration: "a number with us, ms, s, m or h, like 250ms or 1.5s",
  size: "a number with B, kB, KiB, MB, MiB, GB or GiB, like 10KiB",
};

const amount = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?)([a-zµμ]*)$/iu;

function scaled(text: string, table: Readonly<Record<string, number>>): number | undefined {
  const [, digits = "", unit = ""] = amount.exec(text) ?? [];
  const name = unit.toLowerCase();
  const scale = Object.hasOwn(table, name) ? table[name] : undefined;
  const value = Number(digits) * (scale ?? Number.NaN);
  // Adding 0 turns -0, which no field ever is, into 0.
  return digits !== "" && Number.isFinite(value) ? value + 0 : undefined;
}

/** Milliseconds, bytes or a plain number; undefined when the text is not one. */
export function parseAmount(text: string, unit: Unit): number | undefined {
  return scaled(text, units[unit]);
}

/** Milliseconds of a time span such as `15m` or `2d`. */
export function parseSpan(text: string): number | undefined {
  const value = scaled(text, spans);
  return value !== undefined && value > 0 ? value : undefined;
}

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const clock = String.raw`\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?`;
const moment = new RegExp(`^(${day})(?:T(${clock})(Z|[+-]\\d{2}:\\d{2})?)?$`, "i");

/**
 * A moment in milliseconds since the Unix epoch: RFC 3339 (seconds and offset may be left out: UTC), a date (its
 * first moment, UTC), `now`, `now-1h`, 10 digits (Unix seconds) or 11 to 14 (Unix milliseconds).
 */
export function parseMoment(text: string, now: number): number | undefined {
  const relative = /^now(?:([+-])(.+))?$/i.exec(text);
  if (relative !== null) {
    if (relative[2] === undefined) return now;
    const span = parseSpan(relative[2]);
    return span === undefined ? undefined : now + (relative[1] === "-" ? -span : span);
  }
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{11,14}$/.test(text)) return Number(text);
  const [, date = "", time = "00:00", offset = "Z"] = moment.exec(text) ?? [];
  if (date === "") return undefined;
  const value = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}${offset.toUpperCase()}`);
  // Date.parse takes 31 February for 3 March.
  const real = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(value) || Number.isNaN(real.getTime()) || real.getUTCDate() !== Number(date.slice(8)) ? undefined : value;
}

/** The shortest way to write an amount that reads back as exactly the same number. */
export function printAmount(value: number, unit: Unit): string {
  if (unit === "count") return String(value);
  const names: readonly (readonly [string, number])[] =
    unit === "duration"
      ? [
          ["h", 3_600_000],
          ["m", 60_000],
          ["s", 1000],
        ]
      : [
          ["GiB", 1024 ** 3],
          ["MiB", 1024 ** 2],
          ["KiB", 1024],
          ["MB", 1e6],
          ["kB", 1e3],
        ];
  for (const [name, scale] of names) {
    if (value !== 0 && Number.isInteger(value / scale) && (value / scale) * scale === value) return `${value / scale}${name}`;
  }
  return `${value}${unit === "duration" ? "ms" : ""}`;
}
