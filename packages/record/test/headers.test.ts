import fc from "fast-check";
import { expect, test } from "vitest";
import { contentLength, headerValue, parseRequestHead } from "../src/index.ts";

test("a field is found in any case, the first of several", () => {
  expect(
    headerValue(
      [
        ["X-A", "1"],
        ["x-a", "2"],
      ],
      "x-a",
    ),
  ).toBe("1");
  expect(headerValue([["x-ab", "1"]], "x-a")).toBe("");
});

test.each([
  ["0", 0],
  ["42", 42],
  ["", -1],
  ["-1", -1],
  ["1e3", -1],
  ["0x10", -1],
  ["1,1", -1],
  ["9".repeat(20), -1],
])("Content-Length %j is %i", (value, length) => {
  expect(contentLength(value === "" ? [] : [["content-length", value]])).toBe(length);
});

test("a head with a request line", () => {
  expect(parseRequestHead("POST /a?b=c:d HTTP/1.1\r\nHost: a.test:81\r\nX-Empty:\r\nX-Spaces:  b  \r\nX-Colon: a:b\r\n\r\n")).toEqual({
    method: "POST",
    target: "/a?b=c:d",
    protocol: "1.1",
    scheme: "",
    authority: "a.test:81",
    headers: [
      ["Host", "a.test:81"],
      ["X-Empty", ""],
      ["X-Spaces", "b"],
      ["X-Colon", "a:b"],
    ],
  });
});

test("a head without one, and lines that are neither", () => {
  expect(parseRequestHead("accept: */*\r\nrubbish\r\n:path: /x\r\n\r\n")).toMatchObject({
    method: "",
    target: "/x",
    headers: [["accept", "*/*"]],
  });
  expect(parseRequestHead("")).toMatchObject({ method: "", headers: [] });
  expect(parseRequestHead("GET / HTTP/1.1")).toMatchObject({ method: "GET", headers: [] });
});

const token = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_!#$%&'*+.^`|~".split("")), minLength: 1, maxLength: 20 });
const value = fc
  .string({ unit: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 40 })
  .map((text) => text.trim());

test("every head that a client can write comes back field by field", () => {
  fc.assert(
    fc.property(token, fc.webPath(), fc.array(fc.tuple(token, value), { maxLength: 20 }), (method, path, fields) => {
      const target = path === "" ? "/" : path;
      const head = parseRequestHead(`${method} ${target} HTTP/1.1\r\n${fields.map(([name, text]) => `${name}: ${text}\r\n`).join("")}\r\n`);
      expect(head).toMatchObject({ method, target, protocol: "1.1", headers: fields });
    }),
  );
});

test("no text makes the parser throw or takes it long", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseRequestHead(text)));
  expect(parseRequestHead(`${"a".repeat(1_000_000)}\r\n${"b:c\r\n".repeat(10_000)}`).headers).toHaveLength(10_000);
});
