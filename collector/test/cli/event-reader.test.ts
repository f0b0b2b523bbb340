import { expect, test } from "vitest";
import { EventReader } from "../../src/cli/event-reader.ts";

const stream =
  'retry: 2000\n: watching\n\nid: a-1\nevent: call\ndata: {"x":"é: y"}\n\n: alive\n\nid: a-2\nevent: skipped\ndata: {"count":3}\n\nid: a-3\nevent: call\nda';

test("events come out whole, wherever the stream is cut", () => {
  const expected = [
    { id: "a-1", event: "call", data: '{"x":"é: y"}' },
    { id: "a-2", event: "skipped", data: '{"count":3}' },
  ];
  for (let size = 1; size <= stream.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < stream.length; at += size) events.push(...reader.push(stream.slice(at, at + size)));
    expect(events, `in pieces of ${size}`).toEqual(expected);
  }
});

test("an event without an end is given up", () => {
  const reader = new EventReader();
  expect(() => {
    for (let at = 0; at < 10; at++) reader.push("x".repeat(1024 * 1024));
  }).toThrow(/longer than/);
});
