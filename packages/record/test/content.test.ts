import fc from "fast-check";
import { expect, test } from "vitest";
import { isTextType, utf8Length } from "../src/index.ts";

test.each([
  "text/html",
  "TEXT/PLAIN",
  "text/event-stream; charset=utf-8",
  "application/json",
  "application/problem+json",
  "application/vnd.api+json; version=2",
  "application/xml",
  "application/soap+xml",
  "application/x-yaml",
  "application/x-www-form-urlencoded",
  "application/x-ndjson",
  "application/javascript",
  "application/graphql",
  "multipart/form-data; boundary=x",
  "application/octet-stream; charset=utf-8",
  "image/svg+xml",
])("%s is text", (type) => {
  expect(isTextType(type)).toBe(true);
});

test.each([
  "image/png",
  "application/octet-stream",
  "application/pdf",
  "application/x-protobuf",
  "application/grpc",
  "audio/mpeg",
  "application/zip",
  "application/cbor",
  "application/json-patch-binary",
  "",
])("%j is not", (type) => {
  expect(isTextType(type)).toBe(false);
});

const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes near the borders of UTF-8, which random bytes seldom hit. */
const nasty = fc.constantFrom(
  0x00,
  0x41,
  0x7f,
  0x80,
  0x8f,
  0x90,
  0x9f,
  0xa0,
  0xbf,
  0xc0,
  0xc1,
  0xc2,
  0xdf,
  0xe0,
  0xe2,
  0xed,
  0xef,
  0xf0,
  0xf3,
  0xf4,
  0xf5,
  0xff,
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.array(nasty, { maxLength: 12 }).map((list) => Uint8Array.from(list)),
  fc
    .tuple(fc.nat({ max: 40 }), fc.string({ unit: "binary", maxLength: 30 }), fc.array(nasty, { maxLength: 4 }))
    .map(([ascii, text, tail]) => Uint8Array.from([...new TextEncoder().encode("a".repeat(ascii) + text), ...tail])),
);

test("the well-formed prefix is what the platform's decoder accepts, and one character more is not", () => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: 3 }), (content, shift) => {
      // Views at odd offsets take the slow path; both must agree.
      const shifted = new Uint8Array(content.length + shift);
      shifted.set(content, shift);
      const view = shifted.subarray(shift);
      const length = utf8Length(view);
      expect(isUtf8(view.subarray(0, length))).toBe(true);
      for (let more = 1; more <= 4 && length + more <= view.length; more++) expect(isUtf8(view.subarray(0, length + more))).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
