import type { HeaderPairs } from "./call.ts";

/**
 * First value of a field, matched without regard to case (RFC 9110 5.1). `lowerName` must be lower case.
 * @returns "" when the field is absent.
 */
export function headerValue(headers: HeaderPairs, lowerName: string): string {
  for (const [name, value] of headers) {
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return value;
  }
  return "";
}

/** What a request head says. Strings are "" where it does not say. */
export interface RequestHead {
  readonly method: string;
  /** The request-target as it left (RFC 9112 3.2), or `:path` of HTTP/2. */
  readonly target: string;
  /** `HTTP/1.1` gives "1.1". */
  readonly protocol: string;
  readonly scheme: string;
  /** `Host` or `:authority`. */
  readonly authority: string;
  /** Fields without pseudo-header fields, in order, case and repetition kept. */
  readonly headers: HeaderPairs;
}

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/(\d(?:\.\d)?)$/;

/**
 * Parses the head of a request: a request line where there is one (HTTP/2 heads have none), then fields,
 * separated by CRLF. Lines that are neither are left out: capture reads what a client wrote, it does not judge.
 */
export function parseRequestHead(head: string): RequestHead {
  const headers: [string, string][] = [];
  const pseudo: Record<string, string> = {};
  let method = "";
  let target = "";
  let protocol = "";
  let host = "";
  let start = 0;
  let colon = 0;
  while (start < head.length) {
    let end = head.indexOf("\r\n", start);
    if (end < 0) end = head.length;
    const line = start;
    start = end + 2;
    const first = line === 0 ? requestLine.exec(head.slice(0, end)) : null;
    if (first) {
      [, method = "", target = "", protocol = ""] = first;
      continue;
    }
    // A pseudo-header field begins with a colon. Looked for once, so that lines without one do not make this quadratic.
    if (colon <= line) colon = head.indexOf(":", line + 1);
    if (colon < 0) break;
    if (colon >= end) continue;
    const name = head.slice(line, colon);
    const value = head.slice(head.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1, end).trim();
    if (name.startsWith(":")) {
      pseudo[name] = value;
      continue;
    }
    if (host === "" && name.length === 4 && name.toLowerCase() === "host") host = value;
    headers.push([name, value]);
  }
  return {
    method: method || (pseudo[":method"] ?? ""),
    target: target || (pseudo[":path"] ?? ""),
    protocol,
    scheme: pseudo[":scheme"] ?? "",
    authority: pseudo[":authority"] ?? host,
    headers,
  };
}

/** The value of `Content-Length` (RFC 9110 8.6), or -1 where it is absent or not a number. */
export function contentLength(headers: HeaderPairs): number {
  const text = headerValue(headers, "content-length");
  if (text === "" || text.length > 15) return -1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return -1;
  }
  return Number(text);
}
