import type { Call } from "./call.ts";
import { hashBytes, hashText } from "./hash.ts";
import { headerValue } from "./headers.ts";
import { resolveUrl } from "./url.ts";

/** A finished call that another one may follow. */
interface Earlier {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string;
  readonly attempt: number;
  /** Unix nanoseconds: when the answer to a redirect, or the end of a failed attempt, was there. */
  readonly settled: bigint;
  /** Whether its outcome is one that clients try again by themselves. */
  readonly retryable: boolean;
  readonly bodyHash: number;
  /** Its keys, to take it out of the index. */
  readonly keys: readonly string[];
}

const window = 60_000_000_000n;
const hashedBytes = 4096;
/** Candidates kept under one key: a failing endpoint must not make every lookup long. */
const mostPerKey = 64;
const retryStatuses = new Set([408, 409, 425, 429]);

/**
 * Links the attempts of one logical call: sets `attempt` and `previous`. Fed with finished calls in the order in
 * which they finish, before redaction (it reads URLs and keys, and keeps only hashes of them).
 *
 * Exact where the client says it: the same `Idempotency-Key` to the same host, or a rising
 * `X-Stainless-Retry-Count`. An inference otherwise:
 * - redirect: an earlier 3xx of the same parent whose `Location` resolves to this URL, answered before this start;
 * - retry: same method, URL and body under the same parent, whose earlier attempt failed (error, 408, 409, 425, 429
 *   or 5xx) before this start and at most 60 s ago.
 * An attempt has one successor at most, so parallel calls that fail alike do not all follow the same one.
 * A redirect whose own record finishes after its successor's is not linked.
 */
export class AttemptTracker {
  readonly #limit: number;
  /** Candidates by key, newest last; insertion order over all keys is age. */
  readonly #byKey = new Map<string, Earlier[]>();
  readonly #all = new Set<Earlier>();

  /** @param limit how many earlier calls are remembered */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** The call with `attempt` and `previous` set, where it follows an earlier one; else the same object. */
  link(call: Call): Call {
    const idempotency = idempotencyKey(call);
    const previous = this.#previous(call, idempotency);
    const linked: Call =
      previous === undefined
        ? call
        : {
            ...call,
            attempt: Math.max(call.attempt, previous.attempt + 1),
            previous: { traceId: previous.traceId, spanId: previous.spanId },
          };
    if (previous !== undefined) this.#forget(previous);
    this.#remember(linked, idempotency);
    return linked;
  }

  #previous(call: Call, idempotency: string): Earlier | undefined {
    if (this.#all.size === 0 || call.previous !== undefined) return undefined;
    const parent = parentOf(call);
    const before = (earlier: Earlier): boolean => earlier.settled <= call.startTime;
    if (idempotency !== "") {
      const exact = this.#newest(idempotency, before);
      if (exact !== undefined) return exact;
    }
    const same = sameKey(call);
    if (headerValue(call.request.headers, "x-stainless-retry-count") !== "") {
      if (call.attempt === 1) return undefined;
      return this.#newest(same, (earlier) => before(earlier) && earlier.parent === parent && earlier.attempt === call.attempt - 1);
    }
    const recent = (earlier: Earlier): boolean =>
      before(earlier) && earlier.parent === parent && call.startTime - earlier.settled <= window;
    const redirect = this.#newest(redirectKey(call.url), recent);
    if (redirect !== undefined) return redirect;
    if (!this.#byKey.has(same)) return undefined;
    const bodyHash = hashBytes(call.request.body, hashedBytes);
    return this.#newest(same, (earlier) => earlier.retryable && recent(earlier) && earlier.bodyHash === bodyHash);
  }

  #newest(key: string, fits: (earlier: Earlier) => boolean): Earlier | undefined {
    return this.#byKey.get(key)?.findLast(fits);
  }

  #remember(call: Call, idempotency: string): void {
    const location = call.status >= 300 && call.status < 400 ? headerValue(call.response.headers, "location") : "";
    const target = location === "" ? "" : resolveUrl(location, call.url);
    const retryable = call.outcome !== "complete" || call.status >= 500 || retryStatuses.has(call.status);
    const failed = retryable || call.status >= 400;
    const keys = [idempotency, target === "" ? "" : redirectKey(target), failed ? sameKey(call) : ""].filter((key) => key !== "");
    if (keys.length === 0) return;
    const settledMs = target === "" ? call.durationMs : (call.timings.firstByteMs ?? call.durationMs);
    this.#add({
      traceId: call.traceId,
      spanId: call.spanId,
      parent: parentOf(call),
      attempt: call.attempt,
      settled: call.startTime + BigInt(Math.round(settledMs * 1e6)),
      retryable,
      bodyHash: failed ? hashBytes(call.request.body, hashedBytes) : 0,
      keys,
    });
  }

  #add(earlier: Earlier): void {
    this.#all.add(earlier);
    for (const key of earlier.keys) {
      const candidates = this.#byKey.get(key);
      if (candidates === undefined) this.#byKey.set(key, [earlier]);
      else candidates.push(earlier);
      if (candidates !== undefined && candidates.length > mostPerKey) this.#forget(candidates[0]!);
    }
    const [oldest] = this.#all;
    if (oldest !== undefined && this.#all.size > this.#limit) this.#forget(oldest);
  }

  #forget(earlier: Earlier): void {
    this.#all.delete(earlier);
    for (const key of earlier.keys) {
      const rest = (this.#byKey.get(key) ?? []).filter((candidate) => candidate !== earlier);
      if (rest.length === 0) this.#byKey.delete(key);
      else this.#byKey.set(key, rest);
    }
  }
}

/** The span both attempts are children of; "" for calls outside any span, which then count as siblings. */
function parentOf(call: Call): string {
  return call.parentSpanId === "" ? "" : `${call.traceId}-${call.parentSpanId}`;
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ and what Stripe and others call it. */
function idempotencyKey(call: Call): string {
  const key = headerValue(call.request.headers, "idempotency-key") || headerValue(call.request.headers, "x-idempotency-key");
  return key === "" ? "" : `i${hashText(`${call.method} ${call.host} ${key}`)}`;
}

function sameKey(call: Call): string {
  return `s${hashText(`${call.method} ${call.url}`)}`;
}

function redirectKey(url: string): string {
  return `r${hashText(resolveUrl(url, url))}`;
}
