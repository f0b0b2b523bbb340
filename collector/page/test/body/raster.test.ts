import fc from "fast-check";
import { expect, it } from "vitest";
import { raster } from "../../src/body/raster.ts";

/** Bytes from text, one for each character, and from numbers. */
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? Array.from(part, (one) => one.charCodeAt(0)) : part)));

it("knows pictures by their bytes, with their size", () => {
  expect(raster(bytes([0x89], "PNG\r\n\u001a\n", [0, 0, 0, 13], "IHDR", [0, 0, 2, 0], [0, 0, 1, 0]))).toEqual({
    type: "image/png",
    width: 512,
    height: 256,
  });
  expect(raster(bytes("GIF89a", [4, 1], [2, 0]))).toEqual({ type: "image/gif", width: 260, height: 2 });
  expect(raster(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 100, 0, 200, 1]))).toEqual({
    type: "image/jpeg",
    width: 200,
    height: 100,
  });
  expect(raster(bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0], [0, 0, 0, 0], [99, 0, 0], [49, 0, 0]))).toEqual({
    type: "image/webp",
    width: 100,
    height: 50,
  });
});

it("takes nothing else for a picture, least of all SVG and HTML", () => {
  expect(raster(bytes("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"))).toBeUndefined();
  expect(raster(bytes("<!doctype html>"))).toBeUndefined();
  expect(raster(new Uint8Array())).toBeUndefined();
});

it("never fails on hostile bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (tail) => void raster(Uint8Array.of(0xff, 0xd8, ...tail))));
});
