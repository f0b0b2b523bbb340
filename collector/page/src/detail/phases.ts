/** One stretch of a call's time; `from` and `to` in milliseconds since its start. */
export interface Phase {
  readonly name: "dns" | "connect" | "tls" | "send" | "wait" | "receive";
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

const MOMENTS = [
  ["dnsMs", "dns", "DNS"],
  ["connectMs", "connect", "Connect"],
  ["tlsMs", "tls", "TLS"],
  ["requestSentMs", "send", "Send"],
  ["firstByteMs", "wait", "Wait"],
  ["lastByteMs", "receive", "Receive"],
] as const;

/**
 * The stretches between the moments that were seen, in order. A moment that was not seen joins its stretch to the next;
 * one that lies before its predecessor (an answer that came before the request was sent whole) makes none.
 */
export function phases(timings: Readonly<Record<string, number>>): readonly Phase[] {
  const found: Phase[] = [];
  let from = 0;
  for (const [moment, name, label] of MOMENTS) {
    const to = timings[moment];
    if (to === undefined || !(to > from)) continue;
    found.push({ name, label, from, to });
    from = to;
  }
  return found;
}
