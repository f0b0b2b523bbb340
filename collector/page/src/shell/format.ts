const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `14:03:22.481` in the reader's zone. */
export function clock(rfc3339: string): string {
  return CLOCK.format(new Date(rfc3339));
}

/** `24 Nov`, "" for today. */
export function day(rfc3339: string, now = new Date()): string {
  const date = new Date(rfc3339);
  return date.toDateString() === now.toDateString() ? "" : DAY.format(date);
}

/** The moment in UTC and in the reader's zone, for titles. */
export function moment(rfc3339: string): string {
  return `${rfc3339} (${DAY.format(new Date(rfc3339))} ${clock(rfc3339)} ${ZONE})`;
}

/** `3 min ago`, in words a person uses. */
export function ago(rfc3339: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(rfc3339)) / 1000);
  if (seconds < 5) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 call`, `2 calls`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** With a full stop, where what comes next would run into it. */
export function sentence(text: string): string {
  return /[.?!:]$/.test(text) ? text : `${text}.`;
}
