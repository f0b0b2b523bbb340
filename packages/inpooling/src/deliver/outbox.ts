import { encodeLoss } from "#record";
import type { Loss } from "#record";
import { Backoff } from "./backoff.ts";
import { Item } from "./item.ts";
import type { LossLedger } from "./losses.ts";
import { LooseParcel, PackedParcel } from "./parcel.ts";
import type { Parcel, Shed } from "./parcel.ts";
import { sayMetadataOnly, sayRefused, sayUnreachable } from "./endpoint-notes.ts";
import type { Sender, Sent } from "./sender.ts";

/** Requests at once while all is well; one while it is not known whether the endpoint is back. */
const maxFlying = 4;
/** Parcels that wait uncompressed before they are packed. */
const maxLoose = 8;

export interface OutboxOptions {
  readonly sender: Sender;
  readonly losses: LossLedger;
  readonly onDelivered: (calls: number) => void;
  readonly backoff?: Backoff | undefined;
}

/**
 * Parcels on their way to the endpoint: sent in order, kept and sent again for as long as memory allows when the
 * endpoint is absent or busy, split when they are too large, counted when they are lost.
 */
export class Outbox {
  readonly #sender: Sender;
  readonly #losses: LossLedger;
  readonly #onDelivered: (calls: number) => void;
  readonly #backoff: Backoff;
  #waiting: Parcel[] = [];
  #waitingBytes = 0;
  #flying = 0;
  #flyingBytes = 0;
  #asking = false;
  /** The last try failed: one at a time, and not before `#timer` says so. */
  #troubled = false;
  #timer: NodeJS.Timeout | undefined;
  #everTaken = false;
  #settling: (() => void)[] = [];
  #settlers = 0;
  /** Tries that failed, ever: `settle` waits for one more at most. */
  #failures = 0;

  constructor({ sender, losses, onDelivered, backoff = new Backoff() }: OutboxOptions) {
    this.#sender = sender;
    this.#losses = losses;
    this.#onDelivered = onDelivered;
    this.#backoff = backoff;
  }

  /** Memory held, in bytes. */
  get bytes(): number {
    return this.#waitingBytes + this.#flyingBytes;
  }

  /** Nothing waits and nothing is on its way. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#flying === 0 && !this.#asking;
  }

  add(parcel: LooseParcel): void {
    this.#push(parcel);
    if (this.#troubled || this.#waiting.length > maxLoose) this.#packAll();
    this.#pump();
  }

  /** Asks who the endpoint is before there is anything to send. */
  greet(): void {
    if (this.#sender.connection.takesBodies === undefined) void this.#identify();
  }

  /** Delivers counted losses without waiting for calls to go with. */
  sendLosses(): void {
    if (!this.#losses.isEmpty && this.isIdle && !this.#troubled) this.#fly(new LooseParcel([]));
  }

  /**
   * Tries everything now, once, whatever waiting time was agreed.
   * @returns when all of it is delivered, or a try has failed and the rest waits for later
   */
  async settle(): Promise<void> {
    const failures = this.#failures;
    this.#resume();
    this.#pump();
    this.sendLosses();
    this.#settlers++;
    while (!this.isIdle && !(this.#failures > failures && this.#flying === 0 && !this.#asking)) {
      await new Promise<void>((resolve) => this.#settling.push(resolve));
    }
    this.#settlers--;
  }

  /**
   * Frees memory: bodies of successes first, then bodies of failures, then whole records, the oldest of each first.
   * What is on its way stays. @returns false when nothing is left to give up
   */
  shed(): boolean {
    if (this.#waiting.some((parcel) => parcel instanceof LooseParcel)) {
      this.#packAll();
      return true;
    }
    for (const kind of ["successes", "failures"] as const) {
      for (const parcel of this.#waiting) {
        const before = parcel.bytes;
        const lost = parcel instanceof PackedParcel ? parcel.shedBodies(kind) : undefined;
        if (lost === undefined) continue;
        this.#waitingBytes -= before - parcel.bytes;
        this.#count("queue-full", "body", lost);
        return true;
      }
    }
    const oldest = this.#shift();
    if (oldest === undefined) return false;
    if (oldest instanceof PackedParcel) this.#count("queue-full", "call", oldest.perHost());
    return true;
  }

  /** Counts everything that still waits as lost. For the end. */
  giveUp(reason: string): void {
    this.#packAll();
    for (let parcel = this.#shift(); parcel !== undefined; parcel = this.#shift()) {
      if (parcel instanceof PackedParcel) this.#count(reason, "call", parcel.perHost());
    }
    clearTimeout(this.#timer);
  }

  #push(parcel: Parcel): void {
    this.#waiting.push(parcel);
    this.#waitingBytes += parcel.bytes;
  }

  #shift(): Parcel | undefined {
    const parcel = this.#waiting.shift();
    if (parcel !== undefined) this.#waitingBytes -= parcel.bytes;
    return parcel;
  }

  #unshift(...parcels: readonly Parcel[]): void {
    this.#waiting.unshift(...parcels);
    for (const parcel of parcels) this.#waitingBytes += parcel.bytes;
  }

  #packAll(): void {
    this.#waiting = this.#waiting.map((parcel) => (parcel instanceof LooseParcel ? this.#pack(parcel) : parcel));
    this.#waitingBytes = this.#waiting.reduce((sum, parcel) => sum + parcel.bytes, 0);
  }

  #pack(parcel: LooseParcel): PackedParcel {
    return new PackedParcel(parcel.items(), this.#sender.connection.takesBodies === false ? "endpoint" : "memory");
  }

  #count(reason: string, what: Loss["what"], shed: Shed): void {
    for (const [host, { count, bytes }] of shed) this.#losses.count(reason, what, host, count, bytes);
  }

  #pump(): void {
    if (this.#timer !== undefined || this.#waiting.length === 0) return;
    if (this.#sender.connection.takesBodies === undefined) {
      void this.#identify();
      return;
    }
    while (this.#flying < (this.#troubled ? 1 : maxFlying)) {
      const parcel = this.#shift();
      if (parcel === undefined) break;
      this.#fly(parcel);
    }
  }

  async #identify(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      await this.#sender.connection.identify();
      this.#asking = false;
      this.#recover();
    } catch (error) {
      this.#asking = false;
      this.#trouble(undefined, (error as Error).message);
    }
  }

  #fly(parcel: Parcel): void {
    const items = parcel.items();
    const { connection } = this.#sender;
    const withBodies = connection.takesBodies === true;
    if (!withBodies && items.some((item) => item.bodyBytes > 0)) sayMetadataOnly(connection.endpoint);
    const losses = withBodies ? this.#losses.take() : [];
    const spans = [...losses.map(encodeLoss), ...items.map((item) => (withBodies ? item.full : item.bare("endpoint")))];
    if (spans.length === 0) return;
    void this.#travel(parcel, items, losses, spans);
  }

  async #travel(parcel: Parcel, items: readonly Item[], losses: readonly Loss[], spans: readonly Uint8Array[]): Promise<void> {
    const held = parcel.bytes;
    this.#flying++;
    this.#flyingBytes += held;
    const sent = await this.#sender.send(spans);
    this.#flying--;
    this.#flyingBytes -= held;
    this.#landed(parcel, items, losses, sent);
  }

  #landed(parcel: Parcel, items: readonly Item[], losses: readonly Loss[], sent: Sent): void {
    if (sent.result === "taken") {
      this.#everTaken = true;
      if (items.length > 0) this.#onDelivered(items.length);
      this.#recover();
      return;
    }
    this.#losses.restore(losses);
    if (sent.result === "later") {
      if (items.length > 0) this.#unshift(parcel instanceof LooseParcel ? this.#pack(parcel) : parcel);
      this.#trouble(sent.afterMs, sent.why);
      return;
    }
    // Counts that nobody takes must not be offered every second.
    if (items.length === 0) return this.#trouble(undefined, sent.why);
    this.#refused(items, sent.status, sent.why);
    this.#wakeSettling();
    this.#pump();
  }

  /** OTLP: what is refused must not be sent again as it is. Too large, or one bad span among good ones: send it in parts. */
  #refused(items: readonly Item[], status: number, why: string): void {
    const splits = status === 413 || status === 0 || (status === 400 && this.#everTaken);
    if (splits && items.length > 1) {
      const half = items.length >> 1;
      this.#unshift(new LooseParcel(items.slice(0, half)), new LooseParcel(items.slice(half)));
      return;
    }
    const [only] = items;
    if (splits && only !== undefined && only.bodyBytes > 0) {
      this.#losses.count("too-large", "body", only.host, 1, only.bodyBytes);
      const bare = only.bare("too-large");
      this.#unshift(new LooseParcel([new Item(only.host, only.failed, 0, bare, bare)]));
      return;
    }
    for (const { host } of items) this.#losses.count(status === 413 ? "too-large" : "rejected", "call", host);
    sayRefused(this.#sender.connection.endpoint, status, why);
  }

  #trouble(afterMs: number | undefined, why: string): void {
    this.#failures++;
    this.#troubled = true;
    sayUnreachable(this.#sender.connection.endpoint, why);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#pump();
      },
      Math.max(afterMs ?? 0, this.#settlers > 0 ? this.#backoff.current() : this.#backoff.next()),
    );
    this.#timer.unref();
    this.#wakeSettling();
  }

  #recover(): void {
    this.#backoff.reset();
    this.#resume();
    this.#troubled = false;
    this.#wakeSettling();
    this.#pump();
  }

  #resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wakeSettling(): void {
    for (const resolve of this.#settling.splice(0)) resolve();
  }
}
