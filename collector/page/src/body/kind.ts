/** How a body is best read. */
export type BodyKind = "empty" | "json" | "ndjson" | "sse" | "form" | "multipart" | "xml" | "text" | "image" | "binary";

const TEXT_KINDS: readonly (readonly [type: RegExp, kind: BodyKind])[] = [
  [/^text\/event-stream$/, "sse"],
  [/^application\/(?:x-ndjson|ndjson|jsonl|jsonlines|json-lines|json-seq|stream\+json)$/, "ndjson"],
  [/^(?:application|text)\/(?:x-)?json$|\+json$/, "json"],
  [/^application\/x-www-form-urlencoded$/, "form"],
  [/^multipart\//, "multipart"],
  [/^(?:application|text)\/xml$|\+xml$/, "xml"],
];

/** The media type without parameters, lower case; "" when there is none. */
export function mediaType(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** The kind of a textual body: by its type, and where that says little, by how it begins. */
export function textKind(contentType: string, text: string): BodyKind {
  if (text === "") return "empty";
  const type = mediaType(contentType);
  const named = TEXT_KINDS.find(([pattern]) => pattern.test(type));
  if (named !== undefined) return named[1];
  if (type !== "" && type !== "text/plain" && type !== "application/octet-stream") return "text";
  const start = text.slice(0, 256).trimStart();
  if (/^[[{]/.test(start)) return "json";
  if (/^(?:event|data|id|retry):/.test(start)) return "sse";
  if (/^<\?xml\b/.test(start)) return "xml";
  return "text";
}

/** Bytes of a body that is not text. */
export function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
