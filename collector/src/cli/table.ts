import type { CallSummaryJson } from "../query/api.ts";
import { duration } from "../query/present/duration.ts";
import { size } from "../query/present/size.ts";
import { visible } from "../query/present/visible.ts";
import type { Terminal } from "./terminal.ts";
import { fit, pad, width } from "./width.ts";

interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  readonly text: (call: CallSummaryJson) => string;
  /** What stands there instead in a narrow terminal. */
  readonly narrow?: (call: CallSummaryJson) => string;
  /** It gets at least this many columns, at most what it needs. */
  readonly least: number;
  /** Takes part in sharing what room is left; the others have their full width or go. */
  readonly flexible?: true;
  /** The highest goes first when the terminal is too narrow; 0 stays. */
  readonly dispensable: number;
  readonly style?: (call: CallSummaryJson, text: string, terminal: Terminal) => string;
}

const statusStyle = ({ status, error }: CallSummaryJson, text: string, terminal: Terminal): string =>
  terminal.style(status >= 500 || status === 0 ? "red" : status >= 400 || error !== null ? "yellow" : "green", text);

const columns: readonly Column[] = [
  { title: "TIME", align: "left", text: (call) => localTime(call.startTime), least: 8, dispensable: 0 },
  { title: "CODE", align: "left", text: statusText, least: 5, dispensable: 0, style: statusStyle },
  { title: "METHOD", align: "left", text: (call) => call.method, least: 6, dispensable: 4 },
  { title: "HOST", align: "left", text: (call) => call.host, least: 11, flexible: true, dispensable: 0 },
  { title: "PATH", align: "left", text: pathOf, least: 14, flexible: true, dispensable: 2 },
  { title: "TOOK", align: "right", text: (call) => duration(call.durationMs), least: 7, dispensable: 3 },
  { title: "SIZE", align: "right", text: (call) => size(call.response.bodySize), least: 7, dispensable: 5 },
  { title: "SERVICE", align: "left", text: (call) => call.service, least: 7, dispensable: 6 },
  {
    title: "ID",
    align: "left",
    text: (call) => call.id,
    narrow: (call) => call.spanId,
    least: 16,
    dispensable: 0,
    style: (_call, text, terminal) => terminal.style("dim", text),
  },
];

/** Narrower terminals get the short forms. */
const wideTerminal = 120;
/** A column is not made wider for one row. */
const longestColumn = 100;
/** Text of one service or method; longer is somebody's joke. */
const longest = 24;

/** A row as wide as rows of a live table may become. */
const roomy = columns.map((column) => "x".repeat(column.flexible === true ? longestColumn : column.title === "ID" ? 0 : column.least + 3));

/** The status code, or how the call ended without one. */
export function statusText(call: Pick<CallSummaryJson, "status" | "outcome" | "error">): string {
  if (call.status > 0 && call.outcome === "complete") return String(call.status);
  const ended = call.outcome === "aborted" ? "abort" : call.outcome === "error" ? "error" : "none";
  return call.status > 0 ? `${call.status} ${ended}` : ended;
}

function pathOf(call: CallSummaryJson): string {
  if (!URL.canParse(call.url)) return call.url;
  const { pathname, search } = new URL(call.url);
  return pathname + search;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Local time, to the second; with the date when it was not today. */
export function localTime(rfc3339: string, now = new Date()): string {
  const at = new Date(rfc3339);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === now.toDateString() ? clock : `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

/**
 * Lines of a table: each call fits into the terminal's width. Columns keep the widths of the first page; a `live`
 * table, which does not know what comes, takes the whole width from its first line on.
 */
export class Table {
  readonly #terminal: Terminal;
  readonly #live: boolean;
  #widths: ReadonlyMap<Column, number> | undefined;

  constructor(terminal: Terminal, live = false) {
    this.#terminal = terminal;
    this.#live = live;
  }

  /** The calls as lines; before the first ones, the head. */
  rows(calls: readonly CallSummaryJson[]): string[] {
    const narrow = this.#terminal.columns < wideTerminal;
    const cells = calls.map((call) => columns.map((column) => clean(column, call, narrow)));
    const lines: string[] = [];
    const first = this.#widths === undefined;
    if (first || this.#cutsTime(cells)) this.#widths = layOut(this.#live ? [...cells, roomy] : cells, this.#terminal.columns);
    if (first) {
      const head = this.#join((column) => column.title);
      lines.push(this.#terminal.style("bold", head));
    }
    for (const [at, call] of calls.entries()) {
      lines.push(this.#join((column) => cells[at]?.[columns.indexOf(column)] ?? "", call));
    }
    return lines;
  }

  /** The first page was of today, this one is of another day: a clock time without its date would mislead. */
  #cutsTime(cells: readonly (readonly string[])[]): boolean {
    const [time] = columns;
    const room = time === undefined ? undefined : this.#widths?.get(time);
    return room !== undefined && cells.some(([text = ""]) => width(text) > room);
  }

  #join(text: (column: Column) => string, call?: CallSummaryJson): string {
    const parts: string[] = [];
    for (const [column, columnWidth] of this.#widths ?? []) {
      // Without a terminal's edge nothing is cut: what a pipe carries can be searched.
      const fitting =
        this.#terminal.columns === Number.POSITIVE_INFINITY
          ? text(column)
          : fit(text(column), columnWidth, column.title === "PATH" ? "middle" : "end");
      const shown = pad(fitting, columnWidth, column.align);
      parts.push(call !== undefined && column.style !== undefined ? column.style(call, shown, this.#terminal) : shown);
    }
    return parts.join("  ").trimEnd();
  }
}

function clean(column: Column, call: CallSummaryJson, narrow: boolean): string {
  const text = visible((narrow && column.narrow !== undefined ? column.narrow : column.text)(call));
  return column.flexible === true ? text : fit(text, Math.max(column.least, longest + 5));
}

/** How wide each column is, those left out for which there is no room. */
function layOut(cells: readonly (readonly string[])[], available: number): ReadonlyMap<Column, number> {
  const widest = (at: number): number => cells.reduce((most, row) => Math.max(most, width(row[at] ?? "")), 0);
  const needed = new Map(
    columns.map((column, at) => [column, Math.min(longestColumn, Math.max(width(column.title), column.least, widest(at)))]),
  );
  const kept = [...columns];
  const gaps = (): number => 2 * (kept.length - 1);
  const least = (): number => kept.reduce((sum, column) => sum + (column.flexible === true ? column.least : (needed.get(column) ?? 0)), 0);
  while (least() + gaps() > available) {
    const out = kept.reduce((a, b) => (b.dispensable > a.dispensable ? b : a));
    if (out.dispensable === 0) break;
    kept.splice(kept.indexOf(out), 1);
  }
  const widths = new Map(kept.map((column) => [column, needed.get(column) ?? 0]));
  const flexible = kept.filter((column) => column.flexible === true);
  let excess = [...widths.values()].reduce((a, b) => a + b, 0) + gaps() - available;
  // The widest gives first, so that a short host is not cut for a long path.
  while (excess > 0) {
    const giver = flexible
      .filter((column) => (widths.get(column) ?? 0) > column.least)
      .reduce<Column | undefined>((a, b) => (a === undefined || (widths.get(b) ?? 0) > (widths.get(a) ?? 0) ? b : a), undefined);
    if (giver === undefined) break;
    widths.set(giver, (widths.get(giver) ?? 0) - 1);
    excess--;
  }
  return widths;
}
