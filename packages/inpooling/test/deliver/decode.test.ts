import { describe, expect, test } from "vitest";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { contentCodings, decodeBody } from "../../src/deliver/decode.ts";

const text = JSON.stringify(Array.from({ length: 400 }, (_, index) => ({ id: `item-${index}`, price: index * 37 })));
const plain = new TextEncoder().encode(text);
const coders: Record<string, (input: Uint8Array) => Uint8Array> = {
  gzip: (input) => zlib.gzipSync(input),
  "x-gzip": (input) => zlib.gzipSync(input),
  deflate: (input) => zlib.deflateSync(input),
  br: (input) => zlib.brotliCompressSync(input),
  zstd: (input) => zlib.zstdCompressSync(input),
};
const encoding = (value: string): readonly (readonly [string, string])[] => [["Content-Encoding", value]];
const limit = 64 * 1024;

describe.each(Object.entries(coders))("%s", (name, code) => {
  test("whole bodies come out as they were", () => {
    const { body, whole, failed } = decodeBody(code(plain), encoding(name.toUpperCase()), limit);
    expect({ text: Buffer.from(body).toString(), whole, failed }).toEqual({ text, whole: true, failed: "" });
  });

  test("a limit gives exactly the beginning", () => {
    const decoded = decodeBody(code(plain), encoding(name), 100);
    expect(decoded.whole).toBe(false);
    expect(Buffer.from(decoded.body)).toEqual(Buffer.from(plain.subarray(0, 100)));
  });

  test("cut at any byte: a prefix of the original or nothing, never an exception", () => {
    const coded = code(plain);
    for (let length = 0; length <= coded.length; length += 97) {
      const { body } = decodeBody(coded.subarray(0, length), encoding(name), limit);
      expect(Buffer.from(body).equals(plain.subarray(0, body.length))).toBe(true);
    }
  });

  test("a damaged middle never throws and never exceeds the limit", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const coded = Uint8Array.from(code(plain));
        const index = at % coded.length;
        coded[index] = (coded[index] ?? 0) ^ flip;
        expect(decodeBody(coded, encoding(name), 4096).body.length).toBeLessThanOrEqual(4096);
      }),
      { numRuns: 60 },
    );
  });

  test("a bomb costs at most its limit", () => {
    const { body, whole } = decodeBody(code(new Uint8Array(64 * 1024 ** 2)), encoding(name), limit);
    expect(whole).toBe(false);
    expect(body.length).toBeLessThanOrEqual(limit);
    expect(body.buffer.byteLength).toBeLessThanOrEqual(limit);
  });
});

test("codings are removed in reverse order", () => {
  const twice = zlib.brotliCompressSync(zlib.gzipSync(plain));
  expect(Buffer.from(decodeBody(twice, encoding("gzip, br"), limit).body).toString()).toBe(text);
  expect(
    Buffer.from(
      decodeBody(
        twice,
        [
          ["content-encoding", "gzip"],
          ["content-encoding", "br"],
        ],
        limit,
      ).body,
    ).toString(),
  ).toBe(text);
});

test("deflate without zlib's header", () => {
  expect(Buffer.from(decodeBody(zlib.deflateRawSync(plain), encoding("deflate"), limit).body).toString()).toBe(text);
});

test("trailing garbage after a gzip member does not lose the member", () => {
  const { body } = decodeBody(Buffer.concat([zlib.gzipSync(plain), Buffer.from("junk!")]), encoding("gzip"), limit);
  expect(Buffer.from(body).toString()).toBe(text);
});

test("a label that is wrong about plain text leaves the text", () => {
  expect(Buffer.from(decodeBody(plain, encoding("gzip"), limit).body).toString()).toBe(text);
  expect(decodeBody(plain, encoding("br"), limit).failed).toBe("");
});

test("what cannot be decoded is not passed on: redaction could not see into it", () => {
  const noise = Uint8Array.from({ length: 500 }, (_, index) => (index * 89 + 7) % 256);
  expect(decodeBody(noise, encoding("gzip"), limit)).toMatchObject({ body: new Uint8Array(0), failed: "gzip" });
  expect(decodeBody(noise, encoding("compress"), limit)).toMatchObject({ body: new Uint8Array(0), failed: "compress" });
  expect(decodeBody(noise, encoding("gzip,gzip,gzip,gzip,gzip"), limit).failed).toBe("5 codings");
});

test("names for no coding are none", () => {
  expect(contentCodings(encoding("identity, UTF-8,aws-chunked ,X-Gzip"))).toEqual(["gzip"]);
  expect(decodeBody(plain, [], limit).body).toBe(plain);
});
