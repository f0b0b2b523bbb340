/** Where a call goes. `port` is the scheme's own where the URL names none; "" and 0 where the URL is none. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Path without query and fragment; "" for an opaque URL. */
  readonly path: string;
}

const nowhere: Target = { host: "", port: 0, path: "" };
const defaultPorts: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ws:": 80, "wss:": 443 };

/** `server.address` (IPv6 without brackets), `server.port` and path of an absolute URL. Never throws. */
export function targetOf(url: string): Target {
  const slash = url.indexOf("/", url.indexOf("://") + 3);
  const origin = slash < 0 ? "" : url.slice(0, slash);
  const known = origins.get(origin);
  if (known !== undefined) {
    const path = plainPath(url, slash);
    return path === "" || known.host === "" ? parse(url) : { host: known.host, port: known.port, path };
  }
  const target = parse(url);
  if (/^https?:\/\/[a-z0-9.:-]+$/i.test(origin)) {
    if (origins.size >= mostOrigins) origins.clear();
    origins.set(origin, target);
  }
  return target;
}

/** What parsing gave for an origin, as it was written: a process calls the same few all day. Bounded, for those that do not. */
const origins = new Map<string, Target>();
const mostOrigins = 1024;

/** The path from `slash` on where parsing would leave it as it is (no dot segments, nothing to encode); else "". */
function plainPath(url: string, slash: number): string {
  let at = slash;
  for (; at < url.length; at++) {
    const code = url.charCodeAt(at);
    if (code === 0x3f || code === 0x23) break;
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x2f && code <= 0x3a)) continue;
    if (code === 0x2d || code === 0x5f || (code === 0x2e && url.charCodeAt(at - 1) !== 0x2f)) continue;
    return "";
  }
  return url.slice(slash, at);
}

function parse(url: string): Target {
  const parsed = URL.parse(url);
  if (parsed === null) return nowhere;
  const host = parsed.hostname.startsWith("[") ? parsed.hostname.slice(1, -1) : parsed.hostname;
  const port = parsed.port === "" ? (defaultPorts[parsed.protocol] ?? 0) : Number(parsed.port);
  return { host, port, path: host === "" ? "" : parsed.pathname };
}

/** Whether a URL names its scheme and authority. */
export function isAbsoluteUrl(url: string): boolean {
  return /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/?#]/i.test(url);
}

/**
 * The absolute URL of a request-target (RFC 9112 3.2 and 3.3).
 * @returns "" where the parts do not make one.
 */
export function urlOfRequest(scheme: string, authority: string, target: string): string {
  if (isAbsoluteUrl(target)) return target;
  if (authority === "") return "";
  if (target === "*" || target === "") return `${scheme}://${authority}`;
  return target.startsWith("/") ? `${scheme}://${authority}${target}` : "";
}

/** Resolves a `Location` (RFC 9110 10.2.2) and takes the fragment off; "" where it does not resolve. */
export function resolveUrl(reference: string, base: string): string {
  const parsed = URL.parse(reference, base);
  if (parsed === null) return "";
  parsed.hash = "";
  return parsed.href;
}
