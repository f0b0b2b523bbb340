import type { IncomingMessage, ServerResponse } from "node:http";
import { type Sink, SinkRefused } from "../sink.ts";
import { sendAnswer } from "./answer.ts";
import { readBody, SenderGone } from "./body.ts";
import type { ByteBudget, Lease } from "./byte-budget.ts";
import { contentCoding } from "./content-coding.ts";
import type { ReceiverCounters, Rejection } from "./counters.ts";
import { type Outcome, takeIn } from "./intake.ts";
import type { ReceiverLimits } from "./limits.ts";
import { comeAgain, Refusal, RpcCode } from "./refusal.ts";
import { encodingOf, type KeyCheck, pathOf, requireEncoding, signalOf } from "./request.ts";
import { encodeExportResponse, encodeStatus, type Encoding, MEDIA_TYPE } from "./status.ts";

export interface ExchangeContext {
  readonly sink: Sink;
  readonly limits: ReceiverLimits;
  readonly counters: ReceiverCounters;
  readonly budget: ByteBudget;
  readonly keyCheck: KeyCheck;
  readonly onRejected: (rejection: Rejection) => void;
}

/** Requests in work: each is read, decoded, handed to the sink and answered. */
export class Exchanges {
  readonly #context: ExchangeContext;
  readonly #running = new Set<Promise<void>>();
  #closing = false;

  constructor(context: ExchangeContext) {
    this.#context = context;
  }

  run(request: IncomingMessage, response: ServerResponse): void {
    this.#context.counters.requests++;
    const running = this.#answer(request, response).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when what runs now is answered; what comes after is sent away with 503. */
  async drain(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#running);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { budget, limits } = this.#context;
    // Without a listener a connection that breaks while we write would end the process.
    response.on("error", () => {});
    const remote = request.socket.remoteAddress ?? "";
    const encoding = encodingOf(request);
    const lease = budget.lease();
    try {
      const { signal, outcome } = await this.#work(request, response, encoding, lease);
      this.#tellRejected(request, remote, outcome);
      const body = encodeExportResponse(encoding ?? "json", signal, outcome.rejected, outcome.message);
      if (this.#closing) response.shouldKeepAlive = false;
      sendAnswer(request, response, { status: 200, mediaType: MEDIA_TYPE[encoding ?? "json"], body }, limits.lingerBytes);
    } catch (error) {
      this.#refuse(request, response, encoding ?? "json", remote, error);
    } finally {
      lease.release();
    }
  }

  async #work(request: IncomingMessage, response: ServerResponse, named: Encoding | undefined, lease: Lease) {
    const { counters, keyCheck, limits, sink } = this.#context;
    const signal = signalOf(request);
    keyCheck.check(request);
    const encoding = requireEncoding(request, named);
    const coding = contentCoding(request.headers["content-encoding"]);
    if (this.#closing) throw comeAgain("the collector is shutting down; send again");
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await readBody(request, { coding, limits, lease });
    counters.wireBytes += body.wireBytes;
    counters.bodyBytes += body.bytes.length;
    const outcome = await takeIn(body.bytes, { signal, encoding, limits, sink, counters });
    return { signal, outcome };
  }

  #tellRejected(request: IncomingMessage, remote: string, outcome: Outcome): void {
    if (outcome.rejected === 0) return;
    this.#context.counters.rejected += outcome.rejected;
    this.#context.onRejected({ endpoint: pathOf(request), status: 200, count: outcome.rejected, reason: outcome.message, remote });
  }

  #refuse(request: IncomingMessage, response: ServerResponse, encoding: Encoding, remote: string, error: unknown): void {
    const { counters, limits, onRejected } = this.#context;
    if (error instanceof SenderGone) {
      counters.abandoned++;
      response.destroy();
      onRejected({ endpoint: pathOf(request), status: 0, count: 0, reason: error.message, remote });
      return;
    }
    const refusal = refusalOf(error);
    if (refusal.status === 503) counters.deferred++;
    else counters.refused++;
    onRejected({ endpoint: pathOf(request), status: refusal.status, count: 0, reason: refusal.message, remote });
    const body = encodeStatus(encoding, refusal.code, refusal.message, refusal.field);
    if (this.#closing) response.shouldKeepAlive = false;
    sendAnswer(
      request,
      response,
      { status: refusal.status, mediaType: MEDIA_TYPE[encoding], body, headers: refusal.headers },
      limits.lingerBytes,
    );
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SinkRefused) return comeAgain(error.message, error.retryAfterSeconds);
  const message = error instanceof Error ? `${error.name}: ${error.message}` : "unknown error";
  return new Refusal(500, RpcCode.internal, `the collector failed on this request (${message}); this is a bug, please report it`);
}
