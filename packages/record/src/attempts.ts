import { AttemptIndex } from "./attempt-index.ts";
import type { Call } from "./call.ts";
import { hashBytes, hashText } from "./hash.ts";
import { headerValue } from "./headers.ts";
import { resolveUrl } from "./url.ts";

/** A finished call that another one may follow. A key is 0 where there is none. */
interface Earlier {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string;
  readonly attempt: number;
  /** Unix nanoseconds: when the answer to a redirect, or the end of any other call, was there. */
  readonly settled: bigint;
  /** Whether its outcome is one that clients try again by themselves. */
  readonly retryable: boolean;
  readonly bodyHash: number;
  readonly idempotencyKey: number;
  readonly redirectKey: number;
  readonly requestKey: number;
}

const window = 60_000_000_000n;
const hashedBytes = 4096;
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
  readonly #byIdempotency = new AttemptIndex<Earlier>();
  readonly #byRedirect = new AttemptIndex<Earlier>();
  readonly #byRequest = new AttemptIndex<Earlier>();
  /** In order of age. */
  readonly #all = new Set<Earlier>();

  /** @param limit how many earlier calls are remembered */
  constructor(limit = 1000) {
    this.#limit = limit;
  }

  /** The call with `attempt` and `previous` set, where it follows an earlier one; else the same object. */
  link(call: Call): Call {
    const idempotencyKey = idempotencyKeyOf(call);
    const previous = call.previous === undefined ? this.#previous(call, idempotencyKey) : undefined;
    if (previous === undefined) {
      this.#remember(call, idempotencyKey);
      return call;
    }
    const { traceId, spanId } = previous;
    const linked: Call = { ...call, attempt: Math.max(call.attempt, previous.attempt + 1), previous: { traceId, spanId } };
    this.#forget(previous);
    this.#remember(linked, idempotencyKey);
    return linked;
  }

  #previous(call: Call, idempotencyKey: number): Earlier | undefined {
    const { startTime, request } = call;
    const parent = parentOf(call);
    const before = (earlier: Earlier): boolean => earlier.settled <= startTime;
    const sibling = (earlier: Earlier): boolean => before(earlier) && earlier.parent === parent;
    const recent = (earlier: Earlier): boolean => sibling(earlier) && startTime - earlier.settled <= window;

    const exact = idempotencyKey === 0 ? undefined : this.#byIdempotency.newest(idempotencyKey, before);
    if (exact !== undefined) return exact;
    if (headerValue(request.headers, "x-stainless-retry-count") !== "") {
      if (call.attempt === 1 || this.#byRequest.isEmpty) return undefined;
      return this.#byRequest.newest(requestKeyOf(call), (earlier) => sibling(earlier) && earlier.attempt === call.attempt - 1);
    }
    const redirect = this.#byRedirect.isEmpty ? undefined : this.#byRedirect.newest(hashText(resolveUrl(call.url, call.url)), recent);
    if (redirect !== undefined || this.#byRequest.isEmpty) return redirect;
    let bodyHash = -1;
    return this.#byRequest.newest(requestKeyOf(call), (earlier) => {
      if (!earlier.retryable || !recent(earlier)) return false;
      if (bodyHash < 0) bodyHash = hashBytes(request.body, hashedBytes);
      return earlier.bodyHash === bodyHash;
    });
  }

  #remember(call: Call, idempotencyKey: number): void {
    const location = call.status >= 300 && call.status < 400 ? headerValue(call.response.headers, "location") : "";
    const target = location === "" ? "" : resolveUrl(location, call.url);
    const retryable = call.outcome !== "complete" || call.status >= 500 || retryStatuses.has(call.status);
    const failed = retryable || call.status >= 400;
    if (idempotencyKey === 0 && target === "" && !failed) return;
    const settledMs = target === "" ? call.durationMs : (call.timings.firstByteMs ?? call.durationMs);
    this.#add({
      traceId: call.traceId,
      spanId: call.spanId,
      parent: parentOf(call),
      attempt: call.attempt,
      settled: call.startTime + BigInt(Math.round(settledMs * 1e6)),
      retryable,
      bodyHash: failed ? hashBytes(call.request.body, hashedBytes) : 0,
      idempotencyKey,
      redirectKey: target === "" ? 0 : hashText(target),
      requestKey: failed ? requestKeyOf(call) : 0,
    });
  }

  #add(earlier: Earlier): void {
    this.#all.add(earlier);
    for (const [index, key] of this.#places(earlier)) {
      const crowdedOut = index.add(key, earlier);
      if (crowdedOut !== undefined) this.#forget(crowdedOut);
    }
    const [oldest] = this.#all;
    if (oldest !== undefined && this.#all.size > this.#limit) this.#forget(oldest);
  }

  #forget(earlier: Earlier): void {
    this.#all.delete(earlier);
    for (const [index, key] of this.#places(earlier)) index.delete(key, earlier);
  }

  #places({ idempotencyKey, redirectKey, requestKey }: Earlier): (readonly [AttemptIndex<Earlier>, number])[] {
    const all = [
      [this.#byIdempotency, idempotencyKey],
      [this.#byRedirect, redirectKey],
      [this.#byRequest, requestKey],
    ] as const;
    return all.filter(([, key]) => key !== 0);
  }
}

/** The span both attempts are children of; "" for calls outside any span, which then count as siblings. */
function parentOf(call: Call): string {
  return call.parentSpanId === "" ? "" : `${call.traceId}-${call.parentSpanId}`;
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ and what others call it. */
function idempotencyKeyOf(call: Call): number {
  const { headers } = call.request;
  const key = headerValue(headers, "idempotency-key") || headerValue(headers, "x-idempotency-key");
  return key === "" ? 0 : hashText(`${call.method} ${call.host} ${key}`);
}

function requestKeyOf(call: Call): number {
  return hashText(`${call.method} ${call.url}`);
}
