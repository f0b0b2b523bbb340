import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { BufferEncodingName } from "#record";
import { errorChain, isGivenUp } from "./errors.ts";
import { beginExchange, type Exchange } from "./exchange.ts";
import { Fuse } from "./guard.ts";
import { createMark } from "./mark.ts";
import { networkOf } from "./network.ts";
import { beginningOf, portOf, prebuiltHead } from "./node-http-request.ts";
import { replaceMethod } from "./patch.ts";
import type { Registry } from "./registry.ts";

type Prototype = Record<string, unknown>;
type Write = (this: ClientRequest, chunk: unknown, encoding: unknown, callback: unknown) => unknown;
type Push = (this: IncomingMessage, chunk: unknown, encoding: unknown) => boolean;
type Implicit = (this: ClientRequest) => void;
type Destroy = (this: ClientRequest, error: unknown) => unknown;
type DestroyMessage = (this: IncomingMessage, error: unknown, callback: unknown) => unknown;

/**
 * Captures `node:http` and `node:https` from inside: two channels say that a request was made and that its answer
 * began; what neither they nor any event gives (content) is taken where Node itself hands it on, from methods of
 * `ClientRequest` and `IncomingMessage`. Nothing is subscribed to on the application's objects.
 */
export class NodeHttpCapture {
  readonly #registry: Registry;
  readonly #exchanges = createMark<Exchange>();
  readonly #undo: (() => void)[] = [];
  #patched = false;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  install(): void {
    this.#on("http.client.request.created", ({ request }: { request: ClientRequest }) => this.#created(request));
    this.#on("http.client.response.finish", ({ request, response }: { request: ClientRequest; response: IncomingMessage }) =>
      this.#head(request, response),
    );
    this.#on("http.client.request.error", ({ request, error }: { request: ClientRequest; error: unknown }) => {
      const exchange = this.#exchanges.of(request);
      if (exchange?.open) this.#broken(exchange, request, error);
    });
  }

  remove(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#patched = false;
  }

  #on(channel: string, hook: (message: never) => void): void {
    const fuse = new Fuse(channel);
    const listener = (message: unknown): void => {
      if (fuse.blown) return;
      try {
        hook(message as never);
      } catch (error) {
        this.#failed(fuse, this.#exchanges.of((message as { request: object }).request), error);
      }
    };
    subscribe(channel, listener);
    this.#undo.push(() => unsubscribe(channel, listener));
  }

  #failed(fuse: Fuse, exchange: Exchange | undefined, error: unknown): void {
    exchange?.drop();
    fuse.hit(error, this.#registry.owners[0]?.onHookError);
  }

  #created(request: ClientRequest): void {
    const owner = this.#registry.owners[0];
    if (!owner || owner.ignores?.(request.host, portOf(request))) return;
    if (!this.#patched) this.#patch();
    const exchange = beginExchange(this.#registry, owner, request, beginningOf(request), false);
    if (!exchange) return;
    this.#exchanges.set(request, exchange);
    const head = prebuiltHead(request);
    if (head) exchange.requestHead(head);
  }

  #head(request: ClientRequest, response: IncomingMessage): void {
    const exchange = this.#exchanges.of(request);
    if (!exchange?.open) return;
    this.#exchanges.set(response, exchange);
    this.#answered(exchange, response);
  }

  #answered(exchange: Exchange, response: IncomingMessage): void {
    exchange.network(networkOf(response.socket));
    exchange.response(response.statusCode ?? 0, response.statusMessage ?? "", response.rawHeaders);
  }

  #broken(exchange: Exchange, request: ClientRequest, error: unknown): void {
    if (request.socket) exchange.network(networkOf(request.socket));
    exchange.end(exchange.abandoned || isGivenUp(error) ? "aborted" : "error", errorChain(exchange.abandonedWith ?? error));
  }

  /** Loads nothing: the first request has loaded `node:http`, and a process without one never gets here. */
  #patch(): void {
    this.#patched = true;
    const http = process.getBuiltinModule("node:http");
    const request = http.ClientRequest.prototype as unknown as Prototype;
    const response = http.IncomingMessage.prototype as unknown as Prototype;
    this.#patchHead(request);
    this.#patchWrite(request);
    this.#patchEnd(request);
    this.#patchDestroy(request);
    this.#patchPush(response);
    this.#patchDestroyMessage(response);
  }

  /** Runs `hook` for a captured call only, and keeps its failures from the application. */
  #guarded(where: string, hook: (exchange: Exchange, target: never, ...args: never[]) => void) {
    const fuse = new Fuse(where);
    return (target: object, exchange: Exchange, first?: unknown, second?: unknown): void => {
      if (fuse.blown) return;
      try {
        hook(exchange, target as never, first as never, second as never);
      } catch (error) {
        this.#failed(fuse, exchange, error);
      }
    };
  }

  /** Here the head is complete and about to be sent: reading it now does for Node what it would do next anyway. */
  #patchHead(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const take = this.#guarded("ClientRequest._implicitHeader", (exchange, request: { readonly _header?: unknown }) => {
      if (typeof request._header === "string") exchange.requestHead(request._header);
    });
    this.#undo.push(
      replaceMethod<Implicit>(
        prototype,
        "_implicitHeader",
        (original) =>
          function (this: ClientRequest) {
            original.call(this);
            const exchange = exchanges.of(this);
            if (exchange?.open) take(this, exchange);
          },
      ),
    );
  }

  #patchWrite(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const base = Object.getPrototypeOf(prototype) as { write: Write };
    const take = this.#guarded("ClientRequest.write", takeChunk);
    this.#undo.push(
      replaceMethod<Write>(prototype, "write", (former) => {
        const inherited = former === base.write;
        return function (this: ClientRequest, chunk, encoding, callback) {
          const exchange = exchanges.of(this);
          const accepted = exchange?.open === true && !this.finished && !this.destroyed;
          const result = inherited ? base.write.call(this, chunk, encoding, callback) : former.call(this, chunk, encoding, callback);
          if (accepted) take(this, exchange, chunk, encoding);
          return result;
        };
      }),
    );
  }

  #patchEnd(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const base = Object.getPrototypeOf(prototype) as { end: Write };
    const take = this.#guarded("ClientRequest.end", (exchange, _request, chunk: unknown, encoding: unknown) => {
      if (chunk) takeChunk(exchange, _request, chunk, encoding);
      exchange.requestEnd();
    });
    this.#undo.push(
      replaceMethod<Write>(prototype, "end", (former) => {
        const inherited = former === base.end;
        return function (this: ClientRequest, chunk, encoding, callback) {
          const exchange = exchanges.of(this);
          const accepted = exchange?.open === true && !this.finished && !this.destroyed;
          const result = inherited ? base.end.call(this, chunk, encoding, callback) : former.call(this, chunk, encoding, callback);
          if (accepted) take(this, exchange, chunk, encoding);
          return result;
        };
      }),
    );
  }

  /** Tells the application's own abort from a connection that broke. */
  #patchDestroy(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const take = this.#guarded("ClientRequest.destroy", (exchange, request: ClientRequest, error: unknown) => {
      exchange.abandoned = true;
      exchange.abandonedWith = error ?? undefined;
      if (request.socket) exchange.network(networkOf(request.socket));
      // abort() before there is a socket emits no error, so nothing else would end the call.
      if (request.aborted && !request.socket) exchange.end("aborted");
    });
    this.#undo.push(
      replaceMethod<Destroy>(
        prototype,
        "destroy",
        (original) =>
          function (this: ClientRequest, error) {
            const exchange = exchanges.of(this);
            if (exchange?.open && !this.destroyed) take(this, exchange, error);
            return original.call(this, error);
          },
      ),
    );
  }

  #patchPush(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const base = Object.getPrototypeOf(prototype) as { push: Push };
    const take = this.#guarded("IncomingMessage.push", (exchange, _response, chunk: unknown) => {
      if (chunk === null) exchange.end("complete");
      else if (chunk instanceof Uint8Array || typeof chunk === "string") exchange.responseBody(chunk);
    });
    const takeUpgrade = this.#guarded("IncomingMessage.push (upgrade)", (exchange, response: IncomingMessage) => {
      this.#answered(exchange, response);
      exchange.end("complete");
    });
    this.#undo.push(
      replaceMethod<Push>(prototype, "push", (former) => {
        const inherited = former === base.push;
        return function (this: IncomingMessage, chunk, encoding) {
          let exchange = exchanges.of(this);
          if (exchange?.open) take(this, exchange, chunk);
          else if (chunk === null && upgraded(this)) {
            exchange = exchanges.of((this.socket as unknown as { _httpMessage: object })._httpMessage);
            if (exchange?.open) takeUpgrade(this, exchange);
          }
          return inherited ? base.push.call(this, chunk, encoding) : former.call(this, chunk, encoding);
        };
      }),
    );
  }

  #patchDestroyMessage(prototype: Prototype): void {
    const exchanges = this.#exchanges;
    const take = this.#guarded("IncomingMessage._destroy", (exchange, response: IncomingMessage, error: unknown) => {
      // Node destroys the message after its socket closed; an application does so while it is open.
      const gaveUp = exchange.abandoned || !response.socket?.destroyed || isGivenUp(error);
      exchange.end(gaveUp ? "aborted" : "error", errorChain(exchange.abandonedWith ?? error ?? undefined));
    });
    this.#undo.push(
      replaceMethod<DestroyMessage>(
        prototype,
        "_destroy",
        (original) =>
          function (this: IncomingMessage, error, callback) {
            const exchange = exchanges.of(this);
            if (exchange?.open) take(this, exchange, error);
            return original.call(this, error, callback);
          },
      ),
    );
  }
}

/** An answer that turns the connection into something else is not announced by any channel (101, or to CONNECT). */
function upgraded(response: IncomingMessage): boolean {
  const { upgrade, socket } = response as { readonly upgrade?: unknown; readonly socket?: { readonly _httpMessage?: unknown } };
  return upgrade === true && typeof socket?._httpMessage === "object" && socket._httpMessage !== null;
}

function takeChunk(exchange: Exchange, _request: unknown, chunk: unknown, encoding: unknown): void {
  if (typeof chunk === "string") exchange.requestBody(chunk, encodingName(encoding));
  else if (chunk instanceof Uint8Array) exchange.requestBody(chunk);
}

function encodingName(encoding: unknown): BufferEncodingName | undefined {
  if (typeof encoding !== "string" || encoding === "utf8") return undefined;
  const name = encoding.toLowerCase();
  return Buffer.isEncoding(name) ? (name as BufferEncodingName) : undefined;
}
