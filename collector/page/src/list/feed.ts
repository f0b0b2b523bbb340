import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type { CallsPageJson, CallSummaryJson } from "../../../src/query/api.ts";
import { type ApiError, asApiError, fetchCalls } from "../api/client.ts";
import { type Connection, Tail } from "../api/tail.ts";
import { CallList } from "./calls.ts";
import { Rate } from "./rate.ts";

const PAGE = 200;
/** The list takes arrived calls in this often: some ten repaints a second, however many calls arrive. */
const TAKE_IN_MS = 100;
/** Calls that wait while the list holds still; beyond, it reads the newest page again instead. */
const WAITING = 5_000;
const RETRY_MS = 3_000;

/**
 * The calls of one filter, live: the newest page, what arrives from then on, older pages as one scrolls. While anything
 * holds the list (scrolled away, a call open, paused) what arrives waits and is counted.
 */
export class Feed {
  readonly calls = new CallList();
  /** Changes whenever `calls` did. */
  readonly version = signal(0);
  readonly loading = signal(true);
  readonly error = signal<ApiError | undefined>(undefined);
  readonly older = signal<"idle" | "loading" | "end" | ApiError>("idle");
  readonly connection = signal<Connection>("connecting");
  readonly waiting = signal(0);
  readonly rate = signal(0);
  readonly q: string;
  #cursor: string | null = null;
  #arrived: CallSummaryJson[] = [];
  #skipped = 0;
  /** Start of the newest call before calls were missed: from there on the list may have a hole. */
  #holeFrom: string | undefined;
  #tail: Tail | undefined;
  readonly #abort = new AbortController();
  readonly #rate = new Rate(Date.now());
  readonly #ends: (() => void)[] = [];

  constructor(q: string) {
    this.q = q;
    void this.#start();
    this.#every(TAKE_IN_MS, () => this.#takeIn());
    this.#every(1_000, () => (this.rate.value = this.#rate.at(Date.now())));
    this.#ends.push(
      effect(() => {
        if (!held.value) untracked(() => this.takeWaiting());
      }),
    );
    // A browser has six connections to a server; pages that nobody looks at leave theirs to others.
    const onVisibility = (): void => (document.visibilityState === "hidden" ? this.#rest() : this.#listen());
    document.addEventListener("visibilitychange", onVisibility);
    this.#ends.push(() => document.removeEventListener("visibilitychange", onVisibility));
  }

  close(): void {
    this.#abort.abort();
    this.#tail?.close();
    for (const end of this.#ends) end();
  }

  /** Shows what waits. */
  takeWaiting(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    this.#skipped = 0;
    batch(() => {
      this.waiting.value = 0;
      if (this.calls.add(arrived) > 0) this.version.value++;
    });
    if (this.#holeFrom !== undefined) void this.#fillHole(this.#holeFrom);
  }

  /** Reads the next older page, once at a time. */
  async readOlder(): Promise<void> {
    const state = this.older.value;
    if (state === "loading" || state === "end" || this.#cursor === null) return;
    this.older.value = "loading";
    try {
      const page = await fetchCalls(this.q, PAGE, this.#cursor, this.#abort.signal);
      batch(() => this.#takePage(page));
    } catch (error) {
      if (!this.#abort.signal.aborted) this.older.value = asApiError(error);
    }
  }

  async #start(): Promise<void> {
    try {
      const page = await fetchCalls(this.q, PAGE, null, this.#abort.signal);
      batch(() => {
        this.#takePage(page);
        this.loading.value = false;
        this.error.value = undefined;
      });
      this.#listen();
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(asApiError(error));
    }
  }

  #takePage(page: CallsPageJson): void {
    this.#cursor = page.nextCursor;
    this.calls.add(page.calls);
    this.version.value++;
    this.older.value = page.nextCursor === null || this.calls.cut ? "end" : "idle";
  }

  #failed(error: ApiError): void {
    batch(() => {
      this.loading.value = false;
      this.error.value = error;
      if (error.code !== "bad-filter") this.connection.value = "lost";
    });
    if (error.code === "bad-filter") return;
    // A wrong filter stays wrong; everything else may get better by itself.
    const timer = setTimeout(() => void this.#start(), RETRY_MS);
    this.#ends.push(() => clearTimeout(timer));
  }

  #listen(): void {
    if (this.#tail !== undefined || this.loading.value || this.#abort.signal.aborted) return;
    // Between the page that is held and the tail's first event anything may have come.
    this.#missed();
    this.#tail = new Tail(this.q, {
      call: (call) => this.#arrive(call),
      skipped: (count) => {
        this.#rate.count(count, Date.now());
        this.#skipped += count;
        this.#missed();
      },
      connection: (state) => {
        this.connection.value = state;
        if (state === "lost") this.#missed();
      },
    });
  }

  #rest(): void {
    this.#tail?.close();
    this.#tail = undefined;
  }

  #arrive(call: CallSummaryJson): void {
    this.#rate.count(1, Date.now());
    if (this.#arrived.length < WAITING) {
      this.#arrived.push(call);
      return;
    }
    this.#skipped++;
    this.#missed();
  }

  #missed(): void {
    this.#holeFrom ??= this.calls.at(0)?.startTime ?? "";
  }

  /** Reads the newest page again; where that does not reach back to what is held, the list starts anew with it. */
  async #fillHole(from: string): Promise<void> {
    if (this.connection.value !== "live") return;
    this.#holeFrom = undefined;
    try {
      const page = await fetchCalls(this.q, PAGE, null, this.#abort.signal);
      const oldest = page.calls.at(-1)?.startTime ?? "";
      if (page.nextCursor === null || oldest <= from) this.#arrived.push(...page.calls);
      else if (held.value) this.#holeFrom = from;
      else {
        batch(() => {
          this.calls.clear();
          this.#takePage(page);
        });
      }
    } catch {
      this.#holeFrom ??= from;
    }
  }

  #takeIn(): void {
    if (!held.value) {
      if (this.#arrived.length > 0 || this.#holeFrom !== undefined) this.takeWaiting();
      return;
    }
    const fresh = new Set(this.#arrived.filter((call) => !this.calls.has(call.id)).map((call) => call.id));
    this.waiting.value = fresh.size + this.#skipped;
  }

  #every(ms: number, what: () => void): void {
    const timer = setInterval(what, ms);
    this.#ends.push(() => clearInterval(timer));
  }
}

/** Why the list holds still. */
export const scrolledAway = signal(false);
export const paused = signal(false);
export const reading = signal(false);
export const held = computed(() => scrolledAway.value || paused.value || reading.value);

/** The feed that the page shows. */
export const feed = signal<Feed>(undefined as unknown as Feed);

/** Shows another filter's calls. */
export function openFeed(q: string): void {
  const old = feed.peek() as Feed | undefined;
  if (old?.q === q) return;
  old?.close();
  scrolledAway.value = false;
  feed.value = new Feed(q);
}
