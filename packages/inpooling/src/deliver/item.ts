import { encodeSpan } from "#record";
import type { Message, RedactedCall } from "#record";

/** Why a record's bodies are not with it; stands in `dropped` as `<place>:<reason>`. */
export type BodyReason = "memory" | "endpoint" | "too-large";

/** What an item holds beside its encoded bytes: the object, its strings, its share of a queue. Estimated. */
const overhead = 512;

function withoutBody(message: Message): Message {
  return message.body.length === 0 ? message : { ...message, body: new Uint8Array(0), bodyTruncated: true };
}

/** The record without its payload, which says so. Nothing is added, so it is as redacted as before. */
export function withoutBodies(call: RedactedCall, reason: BodyReason): RedactedCall {
  const dropped = [...call.dropped];
  if (call.request.body.length > 0) dropped.push(`request.body:${reason}`);
  if (call.response.body.length > 0) dropped.push(`response.body:${reason}`);
  if (dropped.length === call.dropped.length) return call;
  return { ...call, request: withoutBody(call.request), response: withoutBody(call.response), dropped };
}

/** One record on its way out, encoded. It can do without its bodies when memory or the endpoint demands it. */
export class Item {
  readonly host: string;
  /** It went wrong (error or status >= 400): its bodies are the ones people will look for, and go last. */
  readonly failed: boolean;
  readonly bodyBytes: number;
  /** The encoded span, payload included; the same bytes as `bare` where there is none. */
  readonly full: Uint8Array;
  #bare: Uint8Array | undefined;
  readonly #lean: ((reason: BodyReason) => RedactedCall) | undefined;

  constructor(
    host: string,
    failed: boolean,
    bodyBytes: number,
    full: Uint8Array,
    bare: Uint8Array | ((reason: BodyReason) => RedactedCall),
  ) {
    this.host = host;
    this.failed = failed;
    this.bodyBytes = bodyBytes;
    this.full = full;
    if (typeof bare === "function") this.#lean = bare;
    else this.#bare = bare;
  }

  static of(call: RedactedCall): Item {
    const full = encodeSpan(call);
    const bodyBytes = call.request.body.length + call.response.body.length;
    const failed = call.errorType !== "" || call.status >= 400 || call.outcome === "error";
    if (bodyBytes === 0) return new Item(call.host, failed, 0, full, full);
    // Encoded only when it is needed, from a copy that does not hold the bodies.
    const lean = withoutBodies(call, "memory");
    return new Item(call.host, failed, bodyBytes, full, (reason) => (reason === "memory" ? lean : renamed(lean, reason)));
  }

  /** The span without payload; its `dropped` gives the reason of the first time it was asked for. */
  bare(reason: BodyReason): Uint8Array {
    if (this.#bare === undefined) this.#bare = this.#lean === undefined ? this.full : encodeSpan(this.#lean(reason));
    return this.#bare;
  }

  /** Memory it holds, estimated. */
  get bytes(): number {
    // The lean record's strings weigh about what they weigh encoded.
    return overhead + this.full.length + (this.bodyBytes > 0 ? Math.max(0, this.full.length - this.bodyBytes) * 2 : 0);
  }
}

function renamed(lean: RedactedCall, reason: BodyReason): RedactedCall {
  return { ...lean, dropped: lean.dropped.map((entry) => entry.replace(/^(request|response)\.body:memory$/, `$1.body:${reason}`)) };
}
