import type { Group } from "./case.ts";
import type { Verdict } from "./measure.ts";

/** What a tool did, or why there is nothing to say about it. */
export type Column = { readonly tool: string } & ({ readonly verdicts: ReadonlyMap<string, Verdict> } | { readonly absent: string });

/** What a difference is about, in a word, for a cell. */
function kindOf(difference: string): string {
  if (difference.startsWith("hangs")) return "**hangs**";
  if (difference.startsWith("process died")) return "**process dies**";
  const kinds = new Set(
    difference
      .split("; ")
      .map((part) => /^(wire|taken|connections|application|request|response|callbacks|process)/.exec(part)?.[1] ?? "other"),
  );
  const words: Readonly<Record<string, string>> = {
    wire: "bytes sent",
    taken: "backpressure",
    connections: "connections",
    application: "values",
    request: "request events",
    response: "response events",
    callbacks: "callbacks",
    process: "uncaught errors",
    other: "order",
  };
  return [...kinds].map((kind) => words[kind] ?? kind).join(", ");
}

function cell(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  return verdict.difference === undefined ? "same" : kindOf(verdict.difference);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((each) => each.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function rowsOf(groups: readonly Group[], columns: readonly Column[], show: (verdict: Verdict | undefined) => string): string[][] {
  return groups.flatMap((group) =>
    group.cases
      .filter(({ name }) => columns.some((column) => "verdicts" in column && column.verdicts.has(name)))
      .map(({ name }) => [name, ...columns.map((column) => ("absent" in column ? column.absent : show(column.verdicts.get(name))))]),
  );
}

function totals(columns: readonly Column[], counts: (verdicts: readonly Verdict[]) => string): string[] {
  return columns.map((column) => ("absent" in column ? column.absent : counts([...column.verdicts.values()])));
}

/** How many of the verdicts for which `found` says anything it is true. */
function share(verdicts: readonly Verdict[], found: (verdict: Verdict) => boolean | undefined): string {
  const telling = verdicts.filter((verdict) => found(verdict) !== undefined);
  return `${telling.filter((verdict) => found(verdict) === true).length} of ${telling.length}`;
}

/** The whole result as Markdown: what each tool changed, and what each kept of the same cases. */
export function tables(groups: readonly Group[], columns: readonly Column[]): string {
  const head = ["case", ...columns.map(({ tool }) => tool)];
  const same = totals(
    columns,
    (verdicts) => `**${verdicts.filter(({ difference }) => difference === undefined).length} of ${verdicts.length}**`,
  );
  const recording = columns.filter(({ tool }) => tool !== "bare");
  const keptRows = [
    [
      "cases of which the address is found in what was delivered",
      ...totals(recording, (verdicts) => share(verdicts, ({ kept }) => kept.call)),
    ],
    ["request contents found", ...totals(recording, (verdicts) => share(verdicts, ({ kept }) => kept.request))],
    ["response contents found", ...totals(recording, (verdicts) => share(verdicts, ({ kept }) => kept.response))],
    [
      "records that say exactly what the case demands",
      ...totals(recording, (verdicts) =>
        verdicts.every(({ record }) => record === "")
          ? "(own format)"
          : share(verdicts, ({ record, demands }) => (demands ? record === undefined : undefined)),
      ),
    ],
  ];
  return [
    "### What the tool changed",
    "",
    markdown(head, [["same as without a tool", ...same], ...rowsOf(groups, columns, cell)]),
    "",
    "### What the tool kept",
    "",
    markdown(["", ...recording.map(({ tool }) => tool)], keptRows),
  ].join("\n");
}
