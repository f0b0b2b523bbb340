import type { MessageJson } from "../../../src/query/api.ts";
import { multipartParts, type Part } from "./form.ts";
import { type BodyKind, bytesOf, textKind } from "./kind.ts";
import { type Raster, raster } from "./raster.ts";
import { ndjsonStream, sseStream, type Stream } from "./stream.ts";

/** A body, ready to be viewed; what its kind does not have is empty or undefined. */
export interface Body {
  readonly kind: BodyKind;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly base64: string;
  readonly picture: Raster | undefined;
  readonly parts: readonly Part[] | undefined;
  readonly stream: Stream | undefined;
}

export type ViewName = "tree" | "events" | "fields" | "parts" | "indented" | "image" | "hex" | "raw";

/** Picks what a body is. Chunk times count bytes of the wire, so they say nothing about a body that was coded there. */
export function bodyOf(message: MessageJson, contentType: string): Body {
  const base64 = message.bodyBase64 ?? "";
  const text = message.body ?? "";
  const bytes = base64 === "" ? new Uint8Array() : bytesOf(base64);
  const picture = base64 === "" ? undefined : raster(bytes);
  const kind = base64 === "" ? textKind(contentType, text) : picture === undefined ? "binary" : "image";
  const coded = message.headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value.toLowerCase() !== "identity");
  const chunks = coded ? [] : message.chunks;
  const stream = kind === "sse" ? sseStream(text, chunks) : kind === "ndjson" ? ndjsonStream(text, chunks) : undefined;
  return { kind, text, bytes, base64, picture, parts: kind === "multipart" ? multipartParts(contentType, text) : undefined, stream };
}

const VIEWS: Readonly<Record<BodyKind, readonly ViewName[]>> = {
  empty: [],
  json: ["tree", "raw"],
  ndjson: ["events", "raw"],
  sse: ["events", "raw"],
  form: ["fields", "raw"],
  multipart: ["parts", "raw"],
  xml: ["indented", "raw"],
  text: ["raw"],
  image: ["image", "hex"],
  binary: ["hex"],
};

/** The ways to look at a body, the best first. */
export function viewsOf(body: Body): readonly ViewName[] {
  if (body.kind === "multipart" && body.parts === undefined) return ["raw"];
  return VIEWS[body.kind];
}
