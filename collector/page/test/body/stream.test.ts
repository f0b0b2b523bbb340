import { expect, it } from "vitest";
import { ndjsonStream, sseStream } from "../../src/body/stream.ts";

it("tells when each event had arrived, by the bytes of the chunks", () => {
  const text = "data: é\n\ndata: 😀\n\nevent: end\ndata: x\n\nda";
  const first = new TextEncoder().encode("data: é\n\n").length;
  const second = new TextEncoder().encode("data: 😀\n\n").length;
  const { events, rest } = sseStream(text, [
    [10, first],
    [20, second - 1],
    [30, 1],
    [40, 100],
  ]);
  expect(events).toEqual([
    { name: "", id: "", data: "é", atMs: 10 },
    { name: "", id: "", data: "😀", atMs: 30 },
    { name: "end", id: "", data: "x", atMs: 40 },
  ]);
  expect(rest).toBe("da");
});

it("gives no time where none was seen", () => {
  expect(sseStream("data: a\n\ndata: b\n\n", []).events.map((event) => event.atMs)).toEqual([undefined, undefined]);
  expect(sseStream("data: a\n\ndata: b\n\n", [[5, 9]]).events.map((event) => event.atMs)).toEqual([5, undefined]);
});

it("lists the documents of NDJSON", () => {
  expect(ndjsonStream('{"a":1}\n\n\u001e{"b":2}\r\n', []).events.map((event) => event.data)).toEqual(['{"a":1}', '{"b":2}']);
});
