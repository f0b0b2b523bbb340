/** Why a sender let go of something, and what helps: the words of a `Loss.reason` and of the `dropped` list of a call. */
const REASONS: Readonly<Record<string, string>> = {
  "ring-full": "calls came faster than the background thread took them; raise INPOOLING_MEMORY_LIMIT",
  "queue-full": "the collector was slower than the calls, or away for too long; raise INPOOLING_MEMORY_LIMIT",
  "open-calls": "too much was in flight at once; raise INPOOLING_MEMORY_LIMIT",
  memory: "the memory limit was reached, and bodies go first; raise INPOOLING_MEMORY_LIMIT",
  limit: "longer than the body limit; raise INPOOLING_BODY_LIMIT",
  "too-large": "the receiver takes no request of this size",
  endpoint: "the receiver is no Inpooling collector, and those get no payloads; set INPOOLING_ENDPOINT",
  rejected: "the collector refused it; its own output says why",
  "export-failed": "the collector did not take it; is it running, and is INPOOLING_ENDPOINT right?",
  exit: "the process ended first",
  lost: "its last events did not get through",
  "worker-crash": "the background thread ended; a new one took over",
  "hook-error": "capture failed for this call and was switched off for it; please report it",
  "internal-error": "a record could not be made; please report it",
  "content-coding": "its compression could not be undone",
  "redaction-failed": "a redaction rule failed, so the field was left out rather than shown",
};

/** A reason with its explanation; `content-coding br` and the like keep their detail. */
export function lossReason(reason: string): string {
  const words = REASONS[reason.split(" ", 1)[0] ?? ""];
  return words === undefined ? reason : `${reason}: ${words}`;
}
