import type { Message } from "./call.ts";
import { headerValue } from "./headers.ts";

/**
 * Whether a content type is textual by the heuristics of the semantic conventions 1.45
 * (`http.request.body.content`): `text/*`, JSON, XML, YAML, forms, or a `charset` parameter; and the types
 * that are text by their own definition (JavaScript, GraphQL, NDJSON, multipart forms).
 */
export function isTextType(contentType: string): boolean {
  const type = contentType.toLowerCase();
  if (type.startsWith("text/") || type.includes("charset=")) return true;
  const semicolon = type.indexOf(";");
  const essence = (semicolon < 0 ? type : type.slice(0, semicolon)).trim();
  return /[/+-](json|xml|yaml)$|[/](x-www-form-urlencoded|(x-)?ndjson|jsonl|json-seq|(x-)?javascript|ecmascript|graphql|graphql-response\+json|form-data|mixed|toml|sql)$/.test(
    essence,
  );
}

/**
 * How many bytes of a message's body may travel as an OTLP string (protobuf strings are UTF-8); -1 when it has
 * to travel as bytes. Fewer than all of them only when the body was cut inside its last character.
 */
export function textLength(message: Message): number {
  const { body } = message;
  const type = headerValue(message.headers, "content-type");
  if (type !== "" && !isTextType(type)) return -1;
  const valid = utf8Length(body);
  if (valid < body.length && !(message.bodyTruncated && isCutCharacter(body, valid))) return -1;
  if (type === "" && body.includes(0)) return -1;
  return valid;
}

/** Length of the longest prefix that is well-formed UTF-8 (Unicode 3.9, table 3-7). */
export function utf8Length(bytes: Uint8Array): number {
  const end = bytes.length;
  const words = wordsOf(bytes);
  let at = 0;
  while (at < end) {
    if ((at & 3) === 0) at = skipAscii(words, at);
    if (at >= end) break;
    const length = characterLength(bytes, at, end);
    if (length === 0) return at;
    at += length;
  }
  return end;
}

const noWords = new Uint32Array(0);

/** The bytes four at a time, the last 0 … 3 left out; nothing where they are not aligned for it. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array): Uint32Array {
  return (byteOffset & 3) === 0 ? new Uint32Array(buffer, byteOffset, length >> 2) : noWords;
}

/** First byte position from `at` (a multiple of four) on whose word is not all ASCII, which payloads mostly are. */
function skipAscii(words: Uint32Array, at: number): number {
  const count = words.length;
  let word = at >> 2;
  while (word + 4 <= count && ((words[word]! | words[word + 1]! | words[word + 2]! | words[word + 3]!) & 0x80808080) === 0) word += 4;
  while (word < count && (words[word]! & 0x80808080) === 0) word++;
  return word << 2;
}

/** Length of the character at `at`: 1 … 4; 0 when it is malformed or runs past the end. */
function characterLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Whether what follows `at` is the beginning of one character and nothing else. */
function isCutCharacter(bytes: Uint8Array, at: number): boolean {
  const rest = bytes.length - at;
  const lead = bytes[at]!;
  if (lead < 0xc2 || lead > 0xf4 || rest > 3 || rest >= (lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)) return false;
  for (let i = at + 1; i < bytes.length; i++) if ((bytes[i]! & 0xc0) !== 0x80) return false;
  return true;
}
