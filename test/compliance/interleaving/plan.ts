/** How one call of the interleaving test goes. Sizes are bytes; contents follow from the call's number. */
export interface Plan {
  readonly client: "http" | "fetch" | "undici";
  readonly method: "GET" | "POST" | "PUT";
  /** Sizes of the pieces that the request is written in; none: no content. */
  readonly request: readonly number[];
  /** Sizes of the pieces of the answer. */
  readonly response: readonly number[];
  /** `abort`: the application gives up once it has the whole answer but for its end; `cut`: the server hangs up there. */
  readonly end: "complete" | "abort" | "cut";
  readonly keepAlive: boolean;
  /** Turns of the event loop that the application lets pass between the pieces, and before it reads. */
  readonly turns: number;
}

/** The bytes of piece `piece` of call `call`: printable, unlike those of any neighbour. */
export function piece(call: number, piece: number, size: number): Buffer {
  return Buffer.alloc(size, `${call}.${piece};`);
}

/** All pieces of one direction; `salt` tells the directions apart. */
export function pieces(call: number, sizes: readonly number[], salt: number): Buffer[] {
  return sizes.map((size, at) => piece(call, at + salt, size));
}

export const REQUEST = 0;
export const RESPONSE = 1_000;
