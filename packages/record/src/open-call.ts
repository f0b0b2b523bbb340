import { BodyBuffer } from "./body.ts";
import type { Call, ErrorInfo, HeaderPairs, Message, Network, Outcome, Timings } from "./call.ts";
import type { CallEvent, CallStart } from "./event.ts";
import { contentLength, headerValue, parseRequestHead } from "./headers.ts";
import { routeOf } from "./route.ts";
import { isAbsoluteUrl, targetOf, urlOfRequest } from "./url.ts";
import { vendorOf } from "./vendor.ts";

const mostChunks = 256;
const none: readonly never[] = [];
/** Shared by all calls that were given none, which are nearly all. */
const noFacts: Readonly<Record<string, string>> = {};
/** What an open call costs beside its body and heads: the object and its maps, estimated. */
const overhead = 1024;

/** What a finished call gets from the builder. */
export interface Identity {
  readonly traceId: string;
  readonly spanId: string;
  /** Unix nanoseconds of the monotonic clock's zero. */
  readonly origin: bigint;
  readonly resource: Call["resource"];
}

/** How a call ended. */
interface Ending {
  readonly time: number;
  readonly outcome: Outcome;
  readonly errors: readonly ErrorInfo[];
  /** `call.end:<reason>` when its end was not seen. */
  readonly dropped: readonly string[];
}

/** One call between its first and its last event. */
export class OpenCall {
  readonly #start: CallStart;
  readonly #startTime: number;
  readonly #request: BodyBuffer;
  readonly #response: BodyBuffer;
  #lastTime: number;
  #headers: HeaderPairs;
  #method: string;
  #url: string;
  #headSize: number;
  #network: Network = { protocol: "", peerAddress: "", peerPort: 0, localPort: 0 };
  #status = 0;
  #statusText = "";
  #responseHeaders: HeaderPairs = [];
  #chunks: [number, number][] = [];
  #requestSent: number | undefined;
  #firstByte: number | undefined;

  constructor(start: CallStart, time: number, bodyLimit: number) {
    this.#start = start;
    this.#startTime = start.time ?? time;
    this.#lastTime = Math.max(time, this.#startTime);
    this.#headers = start.headers;
    this.#method = start.method;
    this.#url = start.url;
    this.#headSize = sizeOf(start.headers) + 2 * start.url.length;
    this.#request = new BodyBuffer(bodyLimit);
    this.#response = new BodyBuffer(bodyLimit);
  }

  /** Memory this call holds, in bytes. */
  get bytes(): number {
    return overhead + this.#headSize + this.#request.held + this.#response.held + 16 * this.#chunks.length;
  }

  get bodyBytes(): number {
    return this.#request.held + this.#response.held;
  }

  get start(): CallStart {
    return this.#start;
  }

  /** Gives up the bodies, for memory; returns the bytes freed. */
  releaseBodies(): number {
    return this.#request.release() + this.#response.release();
  }

  add(event: Exclude<CallEvent, { type: "open" | "end" }>): void {
    this.#lastTime = Math.max(this.#lastTime, event.time);
    switch (event.type) {
      case "request-head":
        return this.#addHead(event.head);
      case "request-body":
        return this.#request.add(event.chunk, event.size);
      case "request-end":
        this.#requestSent ??= event.time;
        return;
      case "network":
        this.#network = mergeNetwork(this.#network, event);
        return;
      case "response":
        return this.#addResponse(event);
      case "response-body":
        if (this.#chunks.length < mostChunks) this.#chunks.push([event.time, event.size]);
        return this.#response.add(event.chunk, event.size);
    }
  }

  #addHead(text: string): void {
    const head = parseRequestHead(text);
    this.#headers = head.headers;
    this.#headSize += 2 * text.length;
    if (head.method !== "") this.#method = head.method;
    if (head.protocol !== "" && this.#network.protocol === "") this.#network = { ...this.#network, protocol: head.protocol };
    if (isAbsoluteUrl(this.#url)) return;
    const scheme = head.scheme || (this.#start.client === "node:https" || this.#network.peerPort === 443 ? "https" : "http");
    this.#url = urlOfRequest(scheme, head.authority, head.target || this.#url) || this.#url;
  }

  #addResponse({ status, statusText, headers, time }: Extract<CallEvent, { type: "response" }>): void {
    // Interim responses (RFC 9110 15.2) are not the answer; 101 is: the connection changes protocol with it.
    if (status < 200 && status !== 101) return;
    this.#status = status;
    this.#statusText = statusText;
    this.#responseHeaders = headers;
    this.#firstByte ??= time;
    this.#headSize += sizeOf(headers);
  }

  /** The record of a call whose `end` came. */
  finish(event: Extract<CallEvent, { type: "end" }>, identity: Identity): Call {
    this.#request.total(event.requestSize);
    this.#response.total(event.responseSize);
    return this.#call({ time: event.time, outcome: event.outcome, errors: event.errors, dropped: [] }, identity);
  }

  /** The record of a call whose `end` will not be seen, as far as it came. Its duration ends with the last event. */
  abandon(reason: string, identity: Identity): Call {
    return this.#call({ time: this.#lastTime, outcome: "aborted", errors: [], dropped: [`call.end:${reason}`] }, identity);
  }

  #call({ time, outcome, errors, dropped }: Ending, identity: Identity): Call {
    const { facts = noFacts } = this.#start;
    const target = targetOf(this.#url);
    const complete = outcome === "complete";
    const request = this.#message(this.#headers, this.#request, complete || this.#requestSent !== undefined, []);
    const response = this.#message(
      this.#responseHeaders,
      this.#response,
      complete || this.#status === 0 || this.#hasNoContent(),
      this.#chunks.every(([at]) => at <= time) ? this.#chunks : this.#chunks.filter(([at]) => at <= time),
    );
    return {
      traceId: identity.traceId,
      spanId: identity.spanId,
      parentSpanId: this.#start.parentSpanId,
      traceState: "",
      sampled: this.#start.sampled,
      startTime: identity.origin + nanoseconds(this.#startTime),
      durationMs: this.#since(time),
      resource: identity.resource,
      source: this.#start.source,
      client: this.#start.client,
      vendor: facts["vendor"] || vendorOf(target.host),
      operation: facts["operation"] ?? "",
      method: this.#method,
      url: this.#url,
      host: target.host,
      port: target.port,
      route: facts["route"] || routeOf(target.path),
      status: this.#status,
      statusText: this.#statusText,
      outcome,
      errorType: errorTypeOf(this.#status, outcome, errors, dropped.length > 0),
      errors,
      attempt: attemptOf(facts["attempt"], this.#headers),
      request,
      response,
      timings: this.#timings(time, complete),
      network: this.#network,
      callSite: facts["callSite"] ?? "",
      tags: tagsOf(facts),
      redacted: none,
      dropped: droppedOf("response.body", this.#response, droppedOf("request.body", this.#request, dropped)),
    };
  }

  /** @param ended whether the content is known to have come to its end */
  #message(headers: HeaderPairs, body: BodyBuffer, ended: boolean, chunks: readonly (readonly [number, number])[]): Message {
    const cut = !ended && body.size !== contentLength(headers) && (body.size > 0 || announcesContent(headers));
    return {
      headers,
      body: body.join(),
      bodySize: body.size,
      bodyTruncated: body.gap !== "" || cut,
      bodySha256: "",
      chunks: chunks.map(([at, size]) => [this.#since(at), size] as const),
    };
  }

  /** RFC 9112 6.3: answers that have no content whatever their fields say. */
  #hasNoContent(): boolean {
    const status = this.#status;
    return this.#method === "HEAD" || status === 101 || status === 204 || status === 304 || (this.#method === "CONNECT" && status < 300);
  }

  /**
   * Moments of the exchange. One after the end is none: a call that is logged afterwards gives its end's time, but
   * its other events are from the moment of logging.
   */
  #timings(end: number, complete: boolean): Timings {
    const sent = this.#requestSent;
    const first = this.#firstByte;
    const timings: { -readonly [K in keyof Timings]: Timings[K] } = {};
    if (sent !== undefined && sent <= end) timings.requestSentMs = this.#since(sent);
    if (first === undefined || first > end) return timings;
    timings.firstByteMs = this.#since(first);
    if (complete) timings.lastByteMs = this.#since(end);
    return timings;
  }

  /** Milliseconds since the start, whole nanoseconds: what OTLP's two times give back exactly. Never negative. */
  #since(time: number): number {
    const duration = Math.round((time - this.#startTime) * 1e6);
    return duration > 0 && duration <= Number.MAX_SAFE_INTEGER ? duration / 1e6 : 0;
  }
}

/** Milliseconds as whole nanoseconds; what is no time (manual logging hands on what it was given) counts as 0. */
export function nanoseconds(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds);
  if (!Number.isSafeInteger(whole)) return 0n;
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6));
}

/** `error.type` of the semantic conventions: the status from 400 on, else the outermost code or class. */
function errorTypeOf(status: number, outcome: Outcome, errors: readonly ErrorInfo[], abandoned: boolean): string {
  if (status >= 400) return String(status);
  if (outcome === "complete" || abandoned) return "";
  // A number is a DOMException's legacy code (20 for AbortError): its name says more.
  const code = errors.find((error) => /\D/.test(error.code))?.code;
  return code || errors.find((error) => error.name !== "")?.name || (outcome === "aborted" ? "aborted" : "_OTHER");
}

/** Explicit fact first; else what the Stainless SDKs (OpenAI, Anthropic and others) count in a header. */
function attemptOf(fact: string | undefined, headers: HeaderPairs): number {
  const explicit = Number(fact);
  if (Number.isSafeInteger(explicit) && explicit >= 1) return explicit;
  const retries = Number(headerValue(headers, "x-stainless-retry-count"));
  return Number.isSafeInteger(retries) && retries >= 0 ? retries + 1 : 1;
}

function announcesContent(headers: HeaderPairs): boolean {
  return contentLength(headers) > 0 || headerValue(headers, "transfer-encoding") !== "";
}

function tagsOf(facts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (facts === noFacts) return noFacts;
  const tags = Object.entries(facts).filter(([name]) => name.startsWith("tag."));
  return Object.fromEntries(tags.map(([name, value]) => [name.slice(4), value]));
}

function droppedOf(place: string, body: BodyBuffer, dropped: readonly string[]): readonly string[] {
  return body.gap === "" ? dropped : [...dropped, `${place}:${body.gap}`];
}

function mergeNetwork(known: Network, event: Network): Network {
  return {
    protocol: event.protocol || known.protocol,
    peerAddress: event.peerAddress || known.peerAddress,
    peerPort: event.peerPort || known.peerPort,
    localPort: event.localPort || known.localPort,
  };
}

/** Memory of header pairs: two-byte units at worst, and the pair. */
function sizeOf(headers: HeaderPairs): number {
  let size = 0;
  for (const [name, value] of headers) size += 2 * (name.length + value.length) + 48;
  return size;
}
