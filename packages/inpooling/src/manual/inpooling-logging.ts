import type { CallNumber, CallStart, EventSink, HeaderPairs, Outcome } from "#record";
import { startInpooling } from "../agent.ts";
import type { Agent } from "../agent.ts";
import { activeTrace, suppressed } from "../capture/context.ts";
import { errorChain, isGivenUp } from "../capture/errors.ts";
import type { InpoolingOptions } from "../config.ts";
import type { Stats } from "../deliver/status.ts";
import { diag } from "../diag.ts";
import { absoluteUrl, bodyBytes, factsOf, finiteNumber, headerPairs, hexId, NotACall } from "./call-input.ts";
import type { BodyBytes, CallFacts, CallInput, EndInput, RequestInput, ResponseInput, StartInput } from "./call-input.ts";

/** A call that was started by hand and has not ended. */
export interface StartedCall {
  /**
   * Ends it: with the response, or with `{ error }`. Later calls of `end` are ignored.
   * @returns whether it was recorded
   */
  end(result?: EndInput): boolean;
}

const neverStarted: StartedCall = { end: () => false };

/**
 * Records calls that no hook sees: of clients outside HTTP's usual libraries, of other processes, of the past.
 * They go the way of every other call: off the main thread, redacted, within the memory limit.
 *
 * Nothing here throws once it is constructed: logging must not break the code it stands in. What is no call is said
 * once on stderr, with the field and what it takes, and the method returns false.
 */
export class InpoolingLogging {
  readonly #agent: Agent;

  /**
   * @param options as the environment names say it (README, "Configuration"); they count if nothing of Inpooling runs
   *   in this process yet
   * @throws TypeError on a wrong option, naming it
   */
  constructor(options: InpoolingOptions = {}) {
    this.#agent = startInpooling(options);
  }

  /** Hooks `fetch`, undici, `node:http` and `node:https`, exactly as `--require inpooling/register` does. @returns its undo */
  static logRequestPatch(): () => void {
    return startInpooling().capture();
  }

  /**
   * Records one finished call.
   * @returns false when it is no call (said on stderr), or when Inpooling is disabled or out of memory (counted)
   */
  log(call: CallInput): boolean {
    return guarded(false, () => logCall(this.#agent.sink, call));
  }

  /** Begins a call now. Its payload is copied: what was given may change afterwards. */
  start(request: StartInput): StartedCall {
    return guarded(neverStarted, () => startCall(() => this.#agent.sink, request));
  }

  /** Resolves when everything recorded until now is delivered, or cannot be for the moment. Never rejects. */
  flush(): Promise<void> {
    return this.#agent.flush();
  }

  /** Delivers what can be delivered and ends recording in this process, hooks included. Never rejects. */
  shutdown(): Promise<void> {
    return this.#agent.shutdown();
  }

  /** What was recorded, delivered and lost in this process. */
  stats(): Stats {
    return this.#agent.stats();
  }
}

function guarded<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = error instanceof NotACall ? error.message : `failed: ${error instanceof Error ? error.message : String(error)}`;
    diag.warnOnce(`manual ${message}`, `a call given to InpoolingLogging is not recorded: ${message}.`);
    return otherwise;
  }
}

function logCall(sink: EventSink, call: CallInput): boolean {
  if (typeof call !== "object" || call === null) throw new NotACall(`log() takes an object with method, url, request and response`);
  // Everything is checked before anything is written: there are no half calls.
  const duration = finiteNumber(call.durationMs, "durationMs") ?? 0;
  if (duration < 0) throw new NotACall("durationMs takes a number of milliseconds, 0 or more");
  const startTime = call.startTime instanceof Date ? call.startTime.getTime() : finiteNumber(call.startTime, "startTime");
  if (startTime !== undefined && Number.isNaN(startTime)) throw new NotACall("startTime takes a valid Date or Unix milliseconds");
  // Relative to now, so that the two clocks need not agree.
  const now = performance.now();
  const began = startTime === undefined ? now - duration : now - (Date.now() - startTime);
  const request = prepareRequest(call, call.request ?? {}, began);
  const response = call.response === undefined ? undefined : prepareResponse(call.response);
  const opened = writeRequest(sink, request);
  if (opened === 0) return false;
  if (response !== undefined) writeResponse(sink, opened, response);
  writeEnd(sink, opened, call.error, began + duration);
  return true;
}

function startCall(currentSink: () => EventSink, input: StartInput): StartedCall {
  if (typeof input !== "object" || input === null) throw new NotACall(`start() takes an object with method, url, headers and body`);
  const sink = currentSink();
  const opened = writeRequest(sink, prepareRequest(input, input, undefined));
  if (opened === 0) return neverStarted;
  let open = true;
  return {
    end: (result = {}) => {
      if (!open) return false;
      open = false;
      return guarded(false, () => {
        try {
          const failed = "error" in result;
          if (!failed) writeResponse(sink, opened, prepareResponse(result));
          writeEnd(sink, opened, failed ? (result.error ?? "error") : undefined, undefined);
          return true;
        } catch (error) {
          // A response that is none must not leave the call open for ever.
          sink.end(opened, "aborted");
          throw error;
        }
      });
    },
  };
}

interface PreparedRequest {
  readonly start: CallStart;
  readonly body: BodyBytes | undefined;
}

interface PreparedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: BodyBytes | undefined;
}

function withContentType(headers: HeaderPairs, body: BodyBytes | undefined): HeaderPairs {
  if (body === undefined || body.contentType === "" || headers.some(([name]) => name.toLowerCase() === "content-type")) return headers;
  return [...headers, ["content-type", body.contentType]];
}

function prepareRequest(facts: CallFacts, request: RequestInput, time: number | undefined): PreparedRequest {
  const url = absoluteUrl(facts.url);
  const { method = "GET" } = facts;
  if (typeof method !== "string" || method === "") throw new NotACall("method takes a text such as GET");
  const body = bodyBytes(request.body, "request body");
  const active = activeTrace();
  const inTrace = active === undefined || active === suppressed ? undefined : active;
  const start: CallStart = {
    source: "manual",
    client: String(facts.client ?? ""),
    method: method.toUpperCase(),
    url,
    headers: withContentType(headerPairs(request.headers, "request headers"), body),
    time,
    traceId: hexId(facts.traceId, 32, "traceId") || (inTrace?.traceId ?? ""),
    spanId: "",
    parentSpanId: facts.traceId === undefined ? (inTrace?.spanId ?? "") : hexId(facts.parentSpanId, 16, "parentSpanId"),
    sampled: inTrace?.sampled ?? false,
    facts: factsOf(facts),
  };
  return { start, body };
}

function prepareResponse(response: ResponseInput): PreparedResponse {
  if (typeof response !== "object" || response === null) throw new NotACall("response takes an object with status, headers and body");
  const status = finiteNumber(response.status, "response status") ?? 200;
  if (!Number.isInteger(status) || status < 100 || status > 999) throw new NotACall("response status takes an HTTP status code");
  const body = bodyBytes(response.body, "response body");
  const headers = withContentType(headerPairs(response.headers, "response headers"), body);
  return { status, statusText: String(response.statusText ?? ""), headers, body };
}

function writeRequest(sink: EventSink, { start, body }: PreparedRequest): CallNumber {
  const call = sink.open(start);
  if (call === 0) return 0;
  if (body !== undefined) sink.requestBody(call, body.bytes);
  sink.requestEnd(call);
  return call;
}

function writeResponse(sink: EventSink, call: CallNumber, { status, statusText, headers, body }: PreparedResponse): void {
  sink.response(call, status, statusText, headers.flat());
  if (body !== undefined) sink.responseBody(call, body.bytes);
}

function writeEnd(sink: EventSink, call: CallNumber, error: unknown, time: number | undefined): void {
  const failed = error !== undefined && error !== null;
  const outcome: Outcome = failed ? (isGivenUp(error) ? "aborted" : "error") : "complete";
  sink.end(call, outcome, failed ? errorChain(error) : undefined, time);
}
