export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** An event of the collector's own is some KiB; more without an end is not from a collector. */
const longestEvent = 4 * 1024 * 1024;

/** Cuts a stream's text into events as it arrives (WHATWG HTML 9.2.6, with LF line ends, as the collector writes them). */
export class EventReader {
  #open = "";

  /** @throws Error when an event does not end within 4 Mi characters. */
  push(text: string): StreamedEvent[] {
    this.#open += text;
    const blocks = this.#open.split("\n\n");
    this.#open = blocks.pop() ?? "";
    if (this.#open.length > longestEvent) throw new Error(`An event of the tail is longer than ${longestEvent} characters`);
    return blocks.map((block) => readEvent(block)).filter((event) => event.data !== "");
  }
}

function readEvent(block: string): StreamedEvent {
  const fields: Record<"id" | "event" | "data", string> = { id: "", event: "", data: "" };
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^(id|event|data): ?(.*)$/s.exec(line) ?? [];
    if (name === "id" || name === "event" || name === "data") fields[name] = value;
  }
  return fields;
}
