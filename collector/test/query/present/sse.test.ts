import { describe, expect, test } from "vitest";
import { parseSse } from "../../../src/query/present/sse.ts";

describe("an event stream", () => {
  test("events, ids, comments, several data lines, every line end", () => {
    const { events, comments, rest } = parseSse(": hi\nid: 1\nevent: add\ndata: a\ndata:  b\n\ndata:x\r\n\r\n\rdata\r\r: end\n");
    expect(events).toEqual([
      { event: "add", id: "1", data: "a\n b", offset: 0 },
      { event: "message", id: "1", data: "x", offset: expect.any(Number) as number },
      { event: "message", id: "1", data: "", offset: expect.any(Number) as number },
    ]);
    expect(comments).toBe(2);
    expect(rest).toBe("");
  });
  test("an unfinished end is handed back", () => expect(parseSse("data: a\n\ndata: b").rest).toBe("data: b"));
  test("a line that is there without its blank line", () => expect(parseSse("data: a\n\nevent: x\n").rest).toBe("event: x\n"));
  test("offsets lead back into the text", () => {
    const text = "data: a\n\ndata: b\n\n";
    expect(parseSse(text).events.map((event) => text.slice(event.offset, event.offset + 7))).toEqual(["data: a", "data: b"]);
  });
  test("a limit", () => expect(parseSse("data: a\n\n".repeat(5), 3)).toMatchObject({ more: true, events: { length: 3 } }));
  test("no stream at all", () => expect(parseSse("hello")).toEqual({ events: [], comments: 0, rest: "hello", more: false }));
});
