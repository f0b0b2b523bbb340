/** `google.rpc.Code` values that a receiver answers with. */
export const RpcCode = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type RpcCode = (typeof RpcCode)[keyof typeof RpcCode];

interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Path of the offending field, for `google.rpc.BadRequest`. */
  readonly field?: string | undefined;
}

/** A request that is answered with an error. `message` is for the sender's developers: what was found and the remedy. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: RpcCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly field: string;

  constructor(status: number, code: RpcCode, message: string, options: RefusalOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.field = options.field ?? "";
  }
}

/** 413: the request can never fit, so the sender must not come again with the same bytes. */
export function tooLarge(message: string): Refusal {
  return new Refusal(413, RpcCode.resourceExhausted, message);
}

/** 400: not decodable as what it claims to be. */
export function badRequest(message: string, field = ""): Refusal {
  return new Refusal(400, RpcCode.invalidArgument, message, { field });
}

/**
 * 503: cannot be kept now. The JavaScript exporter spends its whole 10 s budget on the waits it is told,
 * so the default is two seconds: five tries.
 */
export function comeAgain(message: string, retryAfterSeconds = 2): Refusal {
  return new Refusal(503, RpcCode.unavailable, message, { headers: { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) } });
}
