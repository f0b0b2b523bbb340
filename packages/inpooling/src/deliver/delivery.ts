/** The application's side of what is behind the ring. */
export interface Delivery {
  /** Begins to read the ring; called at the first call, harmless when it runs. */
  start(): void;
  /** Resolves when what was written until now is delivered, or cannot be for the moment. Never rejects. */
  flush(): Promise<void>;
  /** Delivers what can be delivered, and ends for good. Never rejects. */
  stop(): Promise<void>;
  /** In the exit event: blocks until everything is delivered, at most `timeoutMs`. */
  flushAtExit(timeoutMs: number): void;
}
