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
