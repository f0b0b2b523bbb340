/** A picture that may be shown: raster formats only, known by their bytes, never by what the sender calls them. */
export interface Raster {
  readonly type: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  readonly width: number;
  readonly height: number;
}

/** Pixels that a page may be asked to decode: a few hundred bytes can claim to be billions. */
export const PIXELS_SHOWN = 50_000_000;

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** PNG 5.2 and 11.2.2: signature, then the IHDR chunk. */
function png(bytes: Uint8Array, view: DataView): Raster | undefined {
  if (bytes.length < 24 || view.getUint32(0) !== 0x89504e47 || ascii(bytes, 12, 16) !== "IHDR") return undefined;
  return { type: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** GIF89a section 18: the logical screen follows the signature. */
function gif(bytes: Uint8Array, view: DataView): Raster | undefined {
  if (bytes.length < 10 || !/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return undefined;
  return { type: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

/** RFC 9649 section 2.5 to 2.7. */
function webp(bytes: Uint8Array, view: DataView): Raster | undefined {
  if (bytes.length < 30 || ascii(bytes, 0, 4) !== "RIFF" || ascii(bytes, 8, 12) !== "WEBP") return undefined;
  const chunk = ascii(bytes, 12, 16);
  const type = "image/webp";
  if (chunk === "VP8 ") return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return { type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk !== "VP8X") return undefined;
  return { type, width: (view.getUint32(24, true) & 0xffffff) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
}

/** ITU T.81 B.2.2: segments up to the frame header. */
function jpeg(bytes: Uint8Array, view: DataView): Raster | undefined {
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { type: "image/jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** What the bytes are, undefined when they are no picture of a known format. */
export function raster(bytes: Uint8Array): Raster | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return png(bytes, view) ?? gif(bytes, view) ?? webp(bytes, view) ?? jpeg(bytes, view);
}
