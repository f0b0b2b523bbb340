import { expect, it } from "vitest";
import { textKind } from "../../src/body/kind.ts";

it.each([
  ["application/json; charset=utf-8", "{}", "json"],
  ["application/problem+json", "{}", "json"],
  ["text/event-stream", "data: x\n\n", "sse"],
  ["application/x-ndjson", "{}\n{}", "ndjson"],
  ["application/x-www-form-urlencoded", "a=1", "form"],
  ["multipart/form-data; boundary=x", "--x", "multipart"],
  ["application/soap+xml", "<a/>", "xml"],
  ["image/svg+xml", "<svg/>", "xml"],
  ["text/html", "<script>", "text"],
  ["text/plain", '  [{"a":1}]', "json"],
  ["", "event: x\n", "sse"],
  ["", '<?xml version="1.0"?>', "xml"],
  ["text/css", "{", "text"],
  ["application/json", "", "empty"],
])("reads %s, %s as %s", (type, text, kind) => {
  expect(textKind(type, text)).toBe(kind);
});
