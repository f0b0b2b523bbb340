/** Why a sender let go of something, and what helps: the words of a `Loss.reason` and of the `dropped` list of a call. */
const REASONS: Readonly<Record<string, string>> = {
  "ring-full": "calls came faster than the background thread took them; raise INPOOLING_MEMORY_LIMIT",
  "queue-full": "the collector was slower than the calls, or away for too long; raise INPOOLING_MEMORY_LIMIT",
  "export-failed": "the collector did not take the batch; is it running, and is INPOOLING_ENDPOINT right?",
  rejected: "the collector refused the batch; its own output says why",
  exit: "the process ended before everything was sent",
  "hook-error": "capture failed for this call and was switched off for it; please report it",
  memory: "the memory limit was reached and bodies go first; raise INPOOLING_MEMORY_LIMIT",
  limit: "longer than the body limit; raise INPOOLING_BODY_LIMIT",
  "body-limit": "longer than the body limit; raise INPOOLING_BODY_LIMIT",
  decode: "its content-coding could not be undone",
  redaction: "a redaction rule failed, so the field was left out rather than shown",
  "not-inpooling": "the receiver is no Inpooling collector, which gets no payloads",
};

export function lossReason(reason: string): string {
  const words = REASONS[reason];
  return words === undefined ? reason : `${reason}: ${words}`;
}
