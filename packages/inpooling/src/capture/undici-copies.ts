import type { Exchange } from "./exchange.ts";
import { Fuse } from "./guard.ts";
import { createMark } from "./mark.ts";
import { replaceMethod } from "./patch.ts";
import { responseFields, type UndiciResponse } from "./undici-request.ts";

export interface CopiesContext {
  exchangeOf(request: object): Exchange | undefined;
  onHookError(fuse: Fuse, exchange: Exchange | undefined, error: unknown): void;
}

interface Copy {
  /** From 7.11 on undici publishes body chunks itself (nodejs/undici#4289). */
  readonly publishesChunks: boolean;
}

type ChunkMethod = (this: object, chunk: Uint8Array | string) => unknown;
type UpgradeMethod = (this: object, status: number, headers: UndiciResponse["headers"], socket: unknown) => unknown;

/**
 * The copies of undici that were seen, told apart by their request class. What a copy does not publish is taken
 * from the methods its parser calls on the request: body chunks before 7.11, the head of an upgrade in all.
 */
export class UndiciCopies {
  readonly #context: CopiesContext;
  readonly #copies = createMark<Copy>();
  readonly #undo: (() => void)[] = [];

  constructor(context: CopiesContext) {
    this.#context = context;
  }

  /** Whether this request's bodies come through the channels; never both ways. */
  publishesChunks(request: object): boolean {
    return this.#copies.of(Object.getPrototypeOf(request) as object)?.publishesChunks === true;
  }

  /** Looks at the request's class, once per copy. */
  adopt(request: object): void {
    const prototype = Object.getPrototypeOf(request) as Record<string, unknown>;
    if (this.#copies.of(prototype)) return;
    const sender = prototype["onBodySent"];
    const publishesChunks = typeof sender === "function" && Function.prototype.toString.call(sender).includes("bodyChunkSent");
    this.#copies.set(prototype, { publishesChunks });
    // Names of undici 5 to 7, then of 8.
    for (const name of ["onUpgrade", "onRequestUpgrade"]) this.#hookUpgrade(prototype, name);
    if (publishesChunks) return;
    this.#hookChunks(prototype, "onBodySent", (exchange, chunk) => exchange.requestBody(chunk));
    for (const name of ["onData", "onResponseData"]) this.#hookChunks(prototype, name, (exchange, chunk) => exchange.responseBody(chunk));
  }

  remove(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #hookChunks(prototype: Record<string, unknown>, name: string, take: (exchange: Exchange, chunk: Uint8Array | string) => void): void {
    if (typeof prototype[name] !== "function") return;
    const fuse = new Fuse(`undici Request.${name}`);
    const context = this.#context;
    this.#undo.push(
      replaceMethod<ChunkMethod>(
        prototype,
        name,
        (original) =>
          function (this: object, chunk) {
            const exchange = fuse.blown ? undefined : context.exchangeOf(this);
            if (exchange) {
              try {
                take(exchange, chunk);
              } catch (error) {
                context.onHookError(fuse, exchange, error);
              }
            }
            return original.call(this, chunk);
          },
      ),
    );
  }

  #hookUpgrade(prototype: Record<string, unknown>, name: string): void {
    if (typeof prototype[name] !== "function") return;
    const fuse = new Fuse(`undici Request.${name}`);
    const context = this.#context;
    this.#undo.push(
      replaceMethod<UpgradeMethod>(
        prototype,
        name,
        (original) =>
          function (this: object, status, headers, socket) {
            const exchange = fuse.blown ? undefined : context.exchangeOf(this);
            if (exchange) {
              try {
                exchange.response(status, "", headers ? responseFields(headers) : []);
                exchange.end("complete");
              } catch (error) {
                context.onHookError(fuse, exchange, error);
              }
            }
            return original.call(this, status, headers, socket);
          },
      ),
    );
  }
}
