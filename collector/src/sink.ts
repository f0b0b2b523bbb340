import type { Loss, RedactedCall } from "#record";

/** What one request brought. */
export interface Batch {
  readonly calls: readonly RedactedCall[];
  readonly losses: readonly Loss[];
}

/** Where receiver and gateway put calls; the journal is behind it. */
export interface Sink {
  /**
   * Resolves once the batch survives kill -9.
   * @throws SinkRefused when it cannot be kept now; nothing of the batch was kept.
   */
  accept(batch: Batch): Promise<void>;
}

/** The sink cannot keep the batch: the sender should come again. `reason` names the thing and the remedy. */
export class SinkRefused extends Error {
  override readonly name = "SinkRefused";
  readonly retryAfterSeconds: number;
  constructor(reason: string, retryAfterSeconds = 2) {
    super(reason);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
