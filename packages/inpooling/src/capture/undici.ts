import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { errorChain, isApplicationsOwn, isGivenUp } from "./errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { Fuse } from "./guard.ts";
import { Http2Uploads } from "./http2-uploads.ts";
import { createMark } from "./mark.ts";
import { networkOf, type SocketLike } from "./network.ts";
import type { Registry } from "./registry.ts";
import { UndiciCopies } from "./undici-copies.ts";
import {
  authorityOf,
  beginningOf,
  composedHead,
  framingOf,
  responseFields,
  type UndiciRequest,
  type UndiciResponse,
} from "./undici-request.ts";

interface RequestMessage {
  readonly request: UndiciRequest;
}
interface ChunkMessage extends RequestMessage {
  readonly chunk: Uint8Array | string;
}
type Hook = (message: never) => void;

/**
 * Captures `fetch` and every copy of undici in the process through the diagnostics channels that they all publish
 * to. Versions before 7.11 do not publish body chunks: there the methods that would are hooked, see `UndiciCopies`.
 */
export class UndiciCapture {
  readonly #registry: Registry;
  readonly #exchanges = createMark<Exchange>();
  readonly #copies: UndiciCopies;
  readonly #http2Uploads = new Http2Uploads();
  readonly #subscriptions: { readonly channel: string; readonly listener: (message: unknown) => void }[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#copies = new UndiciCopies({
      exchangeOf: (request) => this.#exchanges.of(request),
      onHookError: (fuse, exchange, error) => this.#failed(fuse, exchange, error),
    });
  }

  install(): void {
    this.#on("undici:request:create", (message: RequestMessage) => this.#created(message.request));
    this.#on("undici:client:sendHeaders", (message: RequestMessage & { headers: string; socket: SocketLike }) => this.#sent(message));
    this.#on("undici:request:bodyChunkSent", ({ request, chunk }: ChunkMessage) => {
      if (!this.#copies.publishesChunks(request)) return;
      const exchange = this.#exchanges.of(request);
      if (!this.#http2Uploads.takes(request, exchange)) exchange?.requestBody(chunk);
    });
    this.#http2Uploads.subscribe((channel, hook) => this.#on(channel, hook));
    this.#on("undici:request:bodySent", ({ request }: RequestMessage) => this.#exchanges.of(request)?.requestEnd());
    this.#on("undici:request:headers", (message: RequestMessage & { response: UndiciResponse }) => this.#head(message));
    this.#on("undici:request:bodyChunkReceived", ({ request, chunk }: ChunkMessage) => {
      if (this.#copies.publishesChunks(request)) this.#exchanges.of(request)?.responseBody(chunk);
    });
    this.#on("undici:request:trailers", ({ request }: RequestMessage) => this.#exchanges.of(request)?.end("complete"));
    this.#on("undici:request:error", ({ request, error }: RequestMessage & { error: unknown }) => this.#broken(request, error));
  }

  remove(): void {
    for (const { channel, listener } of this.#subscriptions) unsubscribe(channel, listener);
    this.#subscriptions.length = 0;
    this.#copies.remove();
  }

  #on(channel: string, hook: Hook): void {
    const fuse = new Fuse(channel);
    const listener = (message: unknown): void => {
      if (fuse.blown) return;
      try {
        hook(message as never);
      } catch (error) {
        const { request } = message as Partial<RequestMessage>;
        this.#failed(fuse, request && this.#exchanges.of(request), error);
      }
    };
    subscribe(channel, listener);
    this.#subscriptions.push({ channel, listener });
  }

  #failed(fuse: Fuse, exchange: Exchange | undefined, error: unknown): void {
    exchange?.drop();
    fuse.hit(error, this.#registry.owners[0]?.onHookError);
  }

  #created(request: UndiciRequest): void {
    const owner = this.#registry.owners[0];
    if (!owner) return;
    if (owner.ignores) {
      const { host, port } = authorityOf(request);
      if (owner.ignores(host, port)) return;
    }
    this.#copies.adopt(request);
    const exchange = beginExchange(this.#registry, owner, request, beginningOf(request), true);
    if (exchange) this.#exchanges.set(request, exchange);
  }

  #sent({ request, headers, socket }: RequestMessage & { headers: string; socket: SocketLike }): void {
    let exchange = this.#exchanges.of(request);
    if (exchange?.headSent && !exchange.responseSeen) exchange = this.#sentAgain(request, exchange);
    if (!exchange?.open) return;
    if (exchange.waiting) exchange.settle(this.#registry.spanLookup?.(request, "head", headers));
    // An HTTP/2 head has no request line (and in some versions begins with pseudo-header fields).
    const network = networkOf(socket, () => !headers.startsWith(`${request.method} `));
    const http2 = network?.protocol === "2";
    if (http2) {
      exchange.http2 = true;
      this.#http2Uploads.announce(request, exchange);
    }
    exchange.requestHead(headers, http2 ? undefined : framingOf(request));
    exchange.network(network);
  }

  /** undici moves an unanswered request to a new connection without a word: that is another attempt on the wire. */
  #sentAgain(request: UndiciRequest, first: Exchange): Exchange | undefined {
    first.end("error", [{ name: "Error", code: "ECONNRESET", message: "connection closed before an answer; sent again on another" }]);
    const owner = this.#registry.owners[0];
    const next = owner && beginExchange(this.#registry, owner, request, beginningOf(request), true);
    if (next) this.#exchanges.set(request, next);
    return next;
  }

  /** A call that failed before its head left, or whose undici does not publish it, has a span all the same. */
  #settle(request: UndiciRequest, exchange: Exchange): void {
    if (exchange.waiting) exchange.settle(this.#registry.spanLookup?.(request, "head", composedHead(request)));
  }

  #head({ request, response }: RequestMessage & { response: UndiciResponse }): void {
    const { statusCode, statusText, headers } = response;
    // 103 Early Hints is published like a final head.
    if (statusCode < 200) return;
    const exchange = this.#exchanges.of(request);
    if (!exchange?.open) return;
    this.#settle(request, exchange);
    if (!exchange.headSent) exchange.requestHead(composedHead(request));
    exchange.response(statusCode, statusText ?? "", responseFields(headers));
  }

  #broken(request: UndiciRequest, error: unknown): void {
    const exchange = this.#exchanges.of(request);
    if (!exchange?.open) return;
    this.#settle(request, exchange);
    if (!exchange.headSent) exchange.requestHead(composedHead(request));
    exchange.end(isGivenUp(error) || isApplicationsOwn(error) ? "aborted" : "error", errorChain(error));
  }
}
