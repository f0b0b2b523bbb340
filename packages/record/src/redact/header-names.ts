import { namesSecret } from "./names.ts";

/** Fields whose value is a credential although no word of the name says so, or whose name is the credential's own. */
const NAMES: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "authentication-info",
  "proxy-authentication-info",
  "cookie",
  "cookie2",
  "set-cookie",
  "set-cookie2",
  "x-api-key",
  "x-session-id",
  "session-id",
  "x-auth",
  "x-auth-email-key",
  "x-key",
  "key",
  "signature",
  "x-signature",
  "x-access-key",
  "dd-application-key",
  "fastly-key",
  "x-functions-key",
  "x-ms-client-principal",
  "x-amz-security-token",
  "x-forwarded-authorization",
  "x-authorization",
  "x-original-authorization",
  "x-appwrite-key",
  "x-master-key",
  "x-typesense-api-key",
  "x-plex-token",
  "cf-access-client-secret",
]);
const PARTS: readonly string[] = [
  "token",
  "secret",
  "password",
  "passwd",
  "passphrase",
  "api-key",
  "apikey",
  "api_key",
  "authorization",
  "cookie",
  "credential",
  "signature",
];

const scratch = new Uint8Array(256);

/**
 * Whether a header field's value is hidden: the named fields, every name that contains `token`, `secret`,
 * `password`, `api-key` …, and names whose words say so (`Ocp-Apim-Subscription-Key`). The one exception are
 * rate limits that count tokens (`x-ratelimit-remaining-tokens: 1200`), as long as the value is a number,
 * a duration or a time.
 */
export function isSecretHeader(name: string, value: string): boolean {
  return hidesHeader(headerName(name), value);
}

/** What is known of a field name. */
export interface HeaderName {
  readonly verdict: Verdict;
  /** The last value under that name in which the default rules found nothing: most fields say the same in every call. */
  clean: string;
}

/** As `isSecretHeader`, for a name that was looked up. */
export function hidesHeader({ verdict }: HeaderName, value: string): boolean {
  return verdict === "secret" || (verdict === "unless-amount" && !isAmount(value));
}

/** Looks a field name up, as it is written. */
export function headerName(name: string): HeaderName {
  const known = names.get(name);
  if (known !== undefined) return known;
  const fresh: HeaderName = { verdict: judgeHeader(name.toLowerCase()), clean: "" };
  if (name.length > LONGEST_REMEMBERED) return fresh;
  if (names.size >= MOST_NAMES) names.clear();
  names.set(name, fresh);
  return fresh;
}

type Verdict = "plain" | "secret" | "unless-amount";

// The same few names come with every call; other people choose them, so the memory is bounded.
const names = new Map<string, HeaderName>();
const MOST_NAMES = 1000;
const LONGEST_REMEMBERED = 64;

function judgeHeader(lower: string): Verdict {
  if (NAMES.has(lower)) return "secret";
  if (PARTS.some((part) => lower.includes(part))) return isRateLimit(lower) ? "unless-amount" : "secret";
  if (!lower.includes("-") && !lower.includes("_")) return "plain";
  const length = Math.min(lower.length, scratch.length);
  for (let i = 0; i < length; i++) scratch[i] = lower.charCodeAt(i) & 0xff;
  return namesSecret(scratch, 0, length) ? "secret" : "plain";
}

function isRateLimit(lower: string): boolean {
  return lower.includes("ratelimit-") || lower.includes("rate-limit-");
}

/** `1200`, `6ms`, `1m12.5s`, `2026-11-24T10:00:00Z`: at most 32 characters of a number, duration or RFC 3339 time. */
function isAmount(value: string): boolean {
  if (value.length > 32) return false;
  for (const char of value) if (!"0123456789.:-+,; TZmsh".includes(char)) return false;
  return true;
}
