import { setImmediate } from "node:timers/promises";
import { assumeRedacted, callFromSpan, isOwnSpan, type Loss, lossFromSpan, redact, type RedactedCall } from "#record";
import { type Sink, SinkRefused } from "../sink.ts";
import { describeBody } from "./body-kind.ts";
import type { ReceiverCounters } from "./counters.ts";
import { type DecodedSpan, SpanTally } from "./decoded-spans.ts";
import { countItems } from "./item-count.ts";
import { JsonError } from "./json-reader.ts";
import type { ReceiverLimits } from "./limits.ts";
import { Meter } from "./meter.ts";
import { decodeTracesJson } from "./otlp-json.ts";
import { decodeTraces } from "./otlp-protobuf.ts";
import { ProtobufError } from "./protobuf-reader.ts";
import { badRequest, comeAgain, type Refusal } from "./refusal.ts";
import type { Encoding, Signal } from "./status.ts";

export interface IntakeOptions {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly limits: ReceiverLimits;
  readonly sink: Sink;
  readonly counters: ReceiverCounters;
}

/** What the answer says: how many items were rejected and why; a message without rejections is a warning. */
export interface Outcome {
  readonly rejected: number;
  readonly message: string;
}

const FULL_SUCCESS: Outcome = { rejected: 0, message: "" };
/** After so long other requests get their turn: a batch of a megabyte and one of 64 share the thread. */
const TURN_MS = 10;

/** JSON has three levels of nesting for one of attribute values, and some around them. */
export function jsonDepth(limits: Pick<ReceiverLimits, "depth">): number {
  return 16 + 3 * limits.depth;
}

/**
 * Decodes one body and hands its calls to the sink. Resolves once they are kept.
 *
 * @throws Refusal 400 not decodable, 413 too much, 503 when the sink cannot keep it now.
 */
export async function takeIn(body: Buffer, options: IntakeOptions): Promise<Outcome> {
  try {
    return options.signal === "traces" ? await takeTraces(body, options) : countOnly(body, options.signal, options);
  } catch (error) {
    if (error instanceof ProtobufError || error instanceof JsonError) throw undecodable(body, options, error);
    throw error;
  }
}

async function takeTraces(body: Buffer, options: IntakeOptions): Promise<Outcome> {
  const { counters, encoding, limits } = options;
  const tally = new SpanTally();
  const meter = new Meter(limits);
  const spans = encoding === "json" ? decodeTracesJson(body, jsonDepth(limits), meter, tally) : decodeTraces(body, meter, tally);
  const calls: RedactedCall[] = [];
  const losses: Loss[] = [];
  let turnEnds = performance.now() + TURN_MS;
  for (const decoded of spans) {
    sort(decoded, calls, losses, tally);
    if (performance.now() < turnEnds) continue;
    await setImmediate();
    turnEnds = performance.now() + TURN_MS;
  }
  if (tally.invalid > 0 && tally.invalid === tally.total) throw allInvalid(tally);
  if (calls.length > 0 || losses.length > 0) await keep(options.sink, calls, losses);
  counters.calls += calls.length;
  counters.losses += losses.length;
  counters.otherSpans += tally.other;
  return tally.invalid === 0
    ? FULL_SUCCESS
    : { rejected: tally.invalid, message: `${tally.invalid} of ${tally.total} spans have ${tally.firstProblem}` };
}

/** A span becomes a call, a loss, or is one of those that are not kept. One bad span never costs the others. */
function sort({ span, resource }: DecodedSpan, calls: RedactedCall[], losses: Loss[], tally: SpanTally): void {
  try {
    const call = callFromSpan(span, resource);
    if (call !== undefined) {
      // Our own sender has redacted before anything left the process; everybody else's spans are raw.
      calls.push(isOwnSpan(span) ? assumeRedacted(call) : redact(call));
      return;
    }
    const loss = lossFromSpan(span, resource);
    if (loss === undefined) tally.other++;
    else losses.push(loss);
  } catch (error) {
    tally.problem(`something that could not be read as a call (${error instanceof Error ? error.message : "unknown error"})`);
  }
}

async function keep(sink: Sink, calls: readonly RedactedCall[], losses: readonly Loss[]): Promise<void> {
  try {
    await sink.accept({ calls, losses });
  } catch (error) {
    if (error instanceof SinkRefused) throw comeAgain(error.message, error.retryAfterSeconds);
    // Whatever broke, nothing was kept: the sender must not give the batch up, as it would after a 500.
    throw comeAgain(`the collector could not keep the batch (${error instanceof Error ? error.message : "unknown error"}); send again`);
  }
}

/** Logs and metrics are read as far as to count them, and answered as rejected: an empty success would hide the mistake. */
function countOnly(body: Buffer, signal: "logs" | "metrics", { encoding, limits }: IntakeOptions): Outcome {
  const count = countItems(body, signal, encoding, new Meter(limits), jsonDepth(limits));
  if (count === 0) return FULL_SUCCESS;
  const what = signal === "logs" ? "log records" : "data points";
  return { rejected: count, message: `this collector keeps API calls (CLIENT spans, POST /v1/traces); ${count} ${what} were not kept` };
}

function allInvalid(tally: SpanTally): Refusal {
  const what = `none of the ${tally.total} spans is one: they have ${tally.firstProblem}`;
  if (tally.looksLike === "")
    return badRequest(`${what}; every span needs a trace id of 16 and a span id of 8 bytes, not all zero`, "resource_spans");
  const remedy = `they look like ${tally.looksLike}, which belong to /v1/${tally.looksLike}`;
  return badRequest(`${what}; ${remedy} (is the ${tally.looksLike} exporter's endpoint set to the traces URL?)`, "resource_spans");
}

function undecodable(body: Buffer, { encoding, signal }: IntakeOptions, error: Error): Refusal {
  const found = describeBody(body, encoding, signal);
  return badRequest(
    found === "" ? `the body is not a valid OTLP ${signal} export: ${error.message}` : `${found} (${error.message})`,
    "body",
  );
}
