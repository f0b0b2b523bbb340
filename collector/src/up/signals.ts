const NUMBER = { SIGINT: 2, SIGTERM: 15 } as const;

/** Resolves with the first SIGINT or SIGTERM. A second one ends the process at once, with the code shells expect. */
export function untilSignal(): Promise<keyof typeof NUMBER> {
  return new Promise((resolve) => {
    let asked = false;
    const on = (signal: keyof typeof NUMBER) => (): void => {
      if (asked) process.exit(128 + NUMBER[signal]);
      asked = true;
      resolve(signal);
    };
    process.on("SIGINT", on("SIGINT"));
    process.on("SIGTERM", on("SIGTERM"));
  });
}
