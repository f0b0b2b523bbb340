/** Told of an error inside a hook; must not throw. */
export type HookErrorListener = (where: string, error: unknown) => void;

const ERRORS_UNTIL_BLOWN = 20;

/**
 * Keeps a hook's failures away from the application. A subscriber of a diagnostics channel that throws kills the
 * process, so every hook runs inside a try and reports here; a hook that keeps failing is switched off.
 */
export class Fuse {
  readonly #where: string;
  #errors = 0;

  constructor(where: string) {
    this.#where = where;
  }

  get blown(): boolean {
    return this.#errors >= ERRORS_UNTIL_BLOWN;
  }

  /** Counts one failure and tells the listener of it. */
  hit(error: unknown, listener: HookErrorListener | undefined): void {
    this.#errors += 1;
    try {
      listener?.(this.#where, error);
    } catch {
      // The listener is ours; there is nobody left to tell.
    }
  }
}
