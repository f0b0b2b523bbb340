/** One event of an event stream. */
export interface SseEvent {
  /** "message" where the stream names none. */
  readonly event: string;
  /** The last id given so far; "" before the first. */
  readonly id: string;
  readonly data: string;
  /** Where the event starts in the text, in UTF-16 units. */
  readonly offset: number;
}

export interface SseText {
  readonly events: readonly SseEvent[];
  /** Comment lines (heartbeats), which carry no event. */
  readonly comments: number;
  /** What stands after the last blank line: an event that was cut off; "" when the stream ended well. */
  readonly rest: string;
  /** There are more than `limit` events. */
  readonly more: boolean;
}

/**
 * Reads the text of an event stream (WHATWG HTML 9.2.6). Unlike a browser it shows what it was given: events without
 * data are listed too, and the unfinished end is handed back instead of thrown away.
 * @param limit Events read at most; the rest of the text is then not looked at.
 */
export function parseSse(text: string, limit = 10_000): SseText {
  const events: SseEvent[] = [];
  let comments = 0;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let start = at;
  let id = "";
  let open = blank();
  const line = /\r\n|\n|\r/g;
  while (at < text.length) {
    line.lastIndex = at;
    const end = line.exec(text);
    if (end === null) break;
    const content = text.slice(at, end.index);
    at = end.index + end[0].length;
    if (content !== "") {
      if (content.startsWith(":")) comments++;
      else id = readField(content, open) ?? id;
      continue;
    }
    if (open.seen) {
      if (events.length >= limit) return { events, comments, rest: "", more: true };
      events.push({ event: open.event || "message", id, data: open.data.join("\n"), offset: start });
    }
    open = blank();
    start = at;
  }
  const rest = text.slice(start);
  return { events, comments, rest: open.seen || at < text.length ? rest : "", more: false };
}

interface OpenEvent {
  seen: boolean;
  event: string;
  readonly data: string[];
}

const blank = (): OpenEvent => ({ seen: false, event: "", data: [] });

/** Takes a field into the event; gives back a new last event id where the line sets one. */
function readField(line: string, open: OpenEvent): string | undefined {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
  if (name === "data") open.data.push(value);
  else if (name === "event") open.event = value;
  else if (name !== "id" && name !== "retry") return undefined;
  open.seen = true;
  return name === "id" && !value.includes("\0") ? value : undefined;
}
