import type { ReceiverLimits } from "./limits.ts";
import { badRequest, tooLarge } from "./refusal.ts";

/** Counts what one request brings, so that few bytes cannot become many objects. */
export class Meter {
  readonly #limits: Pick<ReceiverLimits, "items" | "values" | "depth">;
  #items = 0;
  #values = 0;

  constructor(limits: Pick<ReceiverLimits, "items" | "values" | "depth">) {
    this.#limits = limits;
  }

  /** One more span, log record or data point. @throws Refusal 413 */
  item(): void {
    if (++this.#items > this.#limits.items) {
      throw tooLarge(`one request brings more than ${this.#limits.items} spans; send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE)`);
    }
  }

  /** One more attribute value at `depth` (0: the attribute itself). @throws Refusal 413 or, too deep, 400 */
  value(depth: number): void {
    if (depth > this.#limits.depth) throw badRequest(`an attribute value is nested deeper than ${this.#limits.depth} levels`);
    if (++this.#values > this.#limits.values) {
      throw tooLarge(`one request brings more than ${this.#limits.values} attribute values; send smaller batches`);
    }
  }
}
