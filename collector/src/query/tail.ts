import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RedactedCall } from "#record";
import type { CallFilter } from "../store/filter.ts";
import type { AcceptedListener } from "../store/store.ts";
import { matches, SearchableCall } from "./filter/match.ts";
import { apiHead, ApiError } from "./http/answer.ts";
import { summaryJson, summaryOf } from "./json.ts";
import { Parameters } from "./parameters.ts";
import { TailRing } from "./tail-ring.ts";

/** Limits of the live tail; tests make them small. */
export interface TailLimits {
  /** Readers at once. */
  readonly readers: number;
  /** Calls kept for slow and returning readers, in bytes. */
  readonly bytes: number;
  readonly heartbeatMs: number;
  /** A reader that takes nothing for so long is cut off. */
  readonly stalledMs: number;
}

const usual: TailLimits = { readers: 64, bytes: 16 * 1024 * 1024, heartbeatMs: 15_000, stalledMs: 60_000 };
/** How long one turn may keep the event loop: the receiver shares it. */
const turnMs = 8;
const writeSize = 64 * 1024;

interface Reader {
  readonly res: ServerResponse;
  readonly filter: CallFilter;
  /** The next call to look at. */
  next: number;
  out: string;
  /** The socket is full; since when, else 0. */
  blockedSince: number;
}

/** Sends calls as they come in to everybody who watches, each with a filter of their own (`GET /api/tail`). */
export class Tail {
  /** Numbers start anew with the process, so event ids name it: `<epoch>-<number>`. */
  readonly #epoch = randomBytes(6).toString("hex");
  readonly #ring: TailRing;
  readonly #readers = new Set<Reader>();
  readonly #limits: TailLimits;
  readonly #unsubscribe: () => void;
  #heartbeat: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;

  constructor(onAccepted: (listener: AcceptedListener) => () => void, limits: Partial<TailLimits> = {}) {
    this.#limits = { ...usual, ...limits };
    this.#ring = new TailRing(this.#limits.bytes);
    this.#unsubscribe = onAccepted((calls) => {
      this.#ring.push(calls);
      if (this.#readers.size > 0) this.#schedule();
      else this.#ring.settle();
    });
  }

  /**
   * Answers a reader and keeps the connection.
   * @throws FilterError, ApiError 503 when too many are watching.
   */
  watch(req: IncomingMessage, res: ServerResponse, query: URLSearchParams): void {
    const filter = new Parameters(query, ["q"]).filter();
    if (this.#readers.size >= this.#limits.readers) {
      throw new ApiError(
        503,
        "overloaded",
        `${this.#readers.size} readers are watching already`,
        "Close a page or an `inpooling tail` that nobody looks at.",
      );
    }
    apiHead(res, 200, "text/event-stream; charset=utf-8", { "x-accel-buffering": "no" });
    if (req.method === "HEAD") {
      res.end();
      return;
    }
    const reader: Reader = { res, filter, next: this.#ring.next, out: "retry: 2000\n: watching\n\n", blockedSince: 0 };
    const last = req.headers["last-event-id"];
    if (typeof last === "string") this.#resume(reader, last);
    this.#readers.add(reader);
    res.socket?.setNoDelay(true);
    res.on("close", () => this.#forget(reader));
    this.#heartbeat ??= setInterval(() => this.#beat(), this.#limits.heartbeatMs).unref();
    this.#flush(reader);
    this.#schedule();
  }

  close(): void {
    this.#unsubscribe();
    clearInterval(this.#heartbeat);
    if (this.#turn !== undefined) clearImmediate(this.#turn);
    for (const reader of this.#readers) reader.res.end();
    this.#readers.clear();
  }

  /** Goes on after the event that a returning reader saw last. */
  #resume(reader: Reader, last: string): void {
    const [, epoch = "", number = ""] = /^([0-9a-f]{12})-(\d{1,15})$/.exec(last) ?? [];
    if (epoch === this.#epoch) reader.next = Math.min(Number(number) + 1, this.#ring.next);
    else reader.out += this.#skipped(0, reader.next - 1);
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
    this.#ring.settle();
  }

  #schedule(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      if (this.#work(performance.now() + turnMs)) this.#schedule();
      else this.#ring.settle();
    });
  }

  /** Takes the readers forward side by side, so that each call is prepared once; true when there is more to do. */
  #work(until: number): boolean {
    for (;;) {
      const ready = [...this.#readers].filter((reader) => reader.blockedSince === 0 && reader.next < this.#ring.next);
      if (ready.length === 0) break;
      for (const reader of ready) this.#catchUp(reader);
      const number = Math.min(...ready.map((reader) => reader.next));
      const call = this.#ring.at(number);
      if (call !== undefined) this.#offer(number, call, ready);
      if (performance.now() > until) break;
    }
    let more = false;
    for (const reader of this.#readers) {
      this.#flush(reader);
      more ||= reader.blockedSince === 0 && reader.next < this.#ring.next;
    }
    return more;
  }

  /** A reader that fell behind what the ring still has: told how much it missed. */
  #catchUp(reader: Reader): void {
    const missed = this.#ring.first - reader.next;
    if (missed <= 0) return;
    reader.next = this.#ring.first;
    reader.out += this.#skipped(missed, reader.next - 1);
  }

  #offer(number: number, call: RedactedCall, ready: readonly Reader[]): void {
    const searchable = new SearchableCall(call);
    let event: string | undefined;
    for (const reader of ready) {
      if (reader.next !== number) continue;
      reader.next++;
      if (!passes(reader.filter, searchable)) continue;
      event ??= `id: ${this.#epoch}-${number}\nevent: call\ndata: ${JSON.stringify(summaryJson(summaryOf(call)))}\n\n`;
      reader.out += event;
      if (reader.out.length >= writeSize) this.#flush(reader);
    }
  }

  #skipped(count: number, number: number): string {
    return `id: ${this.#epoch}-${number}\nevent: skipped\ndata: ${JSON.stringify({ count })}\n\n`;
  }

  #flush(reader: Reader): void {
    if (reader.out === "" || reader.blockedSince !== 0) return;
    const { out } = reader;
    reader.out = "";
    if (reader.res.write(out)) return;
    reader.blockedSince = performance.now();
    reader.res.once("drain", () => {
      reader.blockedSince = 0;
      this.#schedule();
    });
  }

  #beat(): void {
    const now = performance.now();
    for (const reader of this.#readers) {
      if (reader.blockedSince === 0) reader.res.write(": alive\n\n");
      else if (now - reader.blockedSince > this.#limits.stalledMs) reader.res.destroy();
    }
  }
}

function passes(filter: CallFilter, searchable: SearchableCall): boolean {
  const { from, to } = filter.range;
  if (from !== undefined || to !== undefined) {
    const start = Number(searchable.call.startTime / 1_000_000n);
    if ((from !== undefined && start < from) || (to !== undefined && start >= to)) return false;
  }
  return matches(filter.where, searchable);
}
