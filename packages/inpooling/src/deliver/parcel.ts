import * as zlib from "node:zlib";
import { Item } from "./item.ts";
import type { BodyReason } from "./item.ts";
import { compress } from "./sender.ts";

/** Uncompressed bytes of one request: half of the 4 MiB at which receivers commonly refuse. */
export const maxRequestBytes = 2 * 1024 ** 2;

/** What shedding took: per host, how many and how many bytes. */
export type Shed = ReadonlyMap<string, { readonly count: number; readonly bytes: number }>;

/** Items that leave in one request. */
export interface Parcel {
  readonly count: number;
  /** Memory it holds. */
  readonly bytes: number;
  items(): readonly Item[];
}

/** A parcel as it was batched: ready to go. */
export class LooseParcel implements Parcel {
  readonly #items: readonly Item[];
  readonly bytes: number;

  constructor(items: readonly Item[]) {
    this.#items = items;
    this.bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  }

  get count(): number {
    return this.#items.length;
  }

  items(): readonly Item[] {
    return this.#items;
  }
}

/** One list of byte strings, compressed; entries are told apart by 32-bit lengths. */
function packList(list: readonly Uint8Array[]): Uint8Array {
  const size = list.reduce((sum, bytes) => sum + 4 + bytes.length, 0);
  const whole = Buffer.allocUnsafe(size);
  let at = 0;
  for (const bytes of list) {
    at = whole.writeUInt32LE(bytes.length, at);
    whole.set(bytes, at);
    at += bytes.length;
  }
  return compress(whole, "zstd");
}

function unpackList(packed: Uint8Array): Uint8Array[] {
  const whole = zlib.zstdDecompressSync(packed);
  const list: Uint8Array[] = [];
  for (let at = 0; at + 4 <= whole.length;) {
    const length = whole.readUInt32LE(at);
    list.push(whole.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return list;
}

/**
 * A parcel that waits for an endpoint to come back: compressed about tenfold, in three parts that can be given up one
 * after the other: the records of successes with bodies, those of failures with bodies, and all records without.
 */
export class PackedParcel implements Parcel {
  readonly count: number;
  readonly #hosts: readonly string[];
  readonly #hostOf: Uint16Array;
  readonly #failed: Uint8Array;
  readonly #bodyBytes: Uint32Array;
  readonly #bare: Uint8Array;
  #withBodies: { successes: Uint8Array | undefined; failures: Uint8Array | undefined };

  constructor(items: readonly Item[], reason: BodyReason) {
    this.count = items.length;
    const hosts = new Map<string, number>();
    for (const { host } of items) if (!hosts.has(host)) hosts.set(host, hosts.size);
    this.#hosts = [...hosts.keys()];
    this.#hostOf = Uint16Array.from(items, ({ host }) => hosts.get(host) ?? 0);
    this.#failed = Uint8Array.from(items, ({ failed }) => (failed ? 1 : 0));
    this.#bodyBytes = Uint32Array.from(items, ({ bodyBytes }) => bodyBytes);
    this.#bare = packList(items.map((item) => item.bare(reason)));
    const full = (failed: boolean): Uint8Array | undefined => {
      const list = items.filter((item) => item.failed === failed && item.bodyBytes > 0).map((item) => item.full);
      return list.length === 0 ? undefined : packList(list);
    };
    this.#withBodies = { successes: full(false), failures: full(true) };
  }

  get bytes(): number {
    const { successes, failures } = this.#withBodies;
    return 512 + this.#bare.length + (successes?.length ?? 0) + (failures?.length ?? 0) + this.count * 7;
  }

  items(): readonly Item[] {
    const bare = unpackList(this.#bare);
    const { successes, failures } = this.#withBodies;
    const full = { 0: successes && unpackList(successes), 1: failures && unpackList(failures) } as const;
    const next = { 0: 0, 1: 0 };
    return bare.map((bytes, index) => {
      const kind = this.#failed[index] === 1 ? 1 : 0;
      const bodyBytes = this.#bodyBytes[index] ?? 0;
      const withBodies = bodyBytes > 0 ? full[kind]?.[next[kind]++] : undefined;
      const host = this.#hosts[this.#hostOf[index] ?? 0] ?? "";
      return new Item(host, kind === 1, withBodies === undefined ? 0 : bodyBytes, withBodies ?? bytes, bytes);
    });
  }

  /** Gives up bodies, of failures or of successes. @returns what was lost; undefined when there was nothing. */
  shedBodies(kind: "successes" | "failures"): Shed | undefined {
    if (this.#withBodies[kind] === undefined) return undefined;
    this.#withBodies[kind] = undefined;
    return this.#sum((index) => (this.#failed[index] === 1) === (kind === "failures") && (this.#bodyBytes[index] ?? 0) > 0);
  }

  /** Calls by host, for when the whole parcel is given up. */
  perHost(): Shed {
    return this.#sum(() => true);
  }

  #sum(takes: (index: number) => boolean): Shed {
    const sums = new Map<string, { count: number; bytes: number }>();
    for (let index = 0; index < this.count; index++) {
      if (!takes(index)) continue;
      const host = this.#hosts[this.#hostOf[index] ?? 0] ?? "";
      const sum = sums.get(host) ?? { count: 0, bytes: 0 };
      sum.count += 1;
      sum.bytes += this.#bodyBytes[index] ?? 0;
      sums.set(host, sum);
    }
    return sums;
  }
}

/** Cuts a batch so that no parcel exceeds `maxRequestBytes`, except one of a single item. */
export function cut(items: readonly Item[]): LooseParcel[] {
  const parcels: LooseParcel[] = [];
  let part: Item[] = [];
  let size = 0;
  for (const item of items) {
    if (part.length > 0 && size + item.full.length > maxRequestBytes) {
      parcels.push(new LooseParcel(part));
      part = [];
      size = 0;
    }
    part.push(item);
    size += item.full.length;
  }
  if (part.length > 0) parcels.push(new LooseParcel(part));
  return parcels;
}
