import type { CallSummaryJson, TailSkippedJson } from "../../../src/query/api.ts";

export type Connection = "connecting" | "live" | "lost";

export interface TailListener {
  call(call: CallSummaryJson): void;
  /** The collector left calls out, because this page was too slow. */
  skipped(count: number): void;
  /** `live` after `lost` means that calls may have been missed between. */
  connection(state: Connection): void;
}

const RETRY_FROM_MS = 1_000;
const RETRY_TO_MS = 15_000;

/** The calls that arrive from now on and match. Connects again by itself, for ever; the waits grow to 15 s. */
export class Tail {
  readonly #url: string;
  readonly #listener: TailListener;
  #source: EventSource | undefined;
  #retry: number | undefined;
  #wait = RETRY_FROM_MS;

  constructor(q: string, listener: TailListener) {
    this.#url = `/api/tail?${new URLSearchParams({ q })}`;
    this.#listener = listener;
    this.#open();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
  }

  #open(): void {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#wait = RETRY_FROM_MS;
      this.#listener.connection("live");
    });
    source.addEventListener("call", (event: MessageEvent<string>) => this.#listener.call(JSON.parse(event.data) as CallSummaryJson));
    source.addEventListener("skipped", (event: MessageEvent<string>) =>
      this.#listener.skipped((JSON.parse(event.data) as TailSkippedJson).count),
    );
    source.addEventListener("error", () => {
      this.#listener.connection("lost");
      // An EventSource retries a broken connection itself, but gives up on an answer that is not 200.
      if (source.readyState !== EventSource.CLOSED) return;
      this.#retry = setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, RETRY_TO_MS);
    });
  }
}
