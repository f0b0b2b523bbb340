import type { Call, HeaderPairs, Message, Network, Resource, Timings } from "./call.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A call while it is put together from attributes. */
export interface CallDraft {
  /** What is one attribute each is written here at once. */
  readonly call: Mutable<Omit<Call, "network" | "timings">> & { readonly network: Mutable<Network>; readonly timings: Mutable<Timings> };
  readonly request: MessageDraft;
  readonly response: MessageDraft;
  /** Tags as they come; pairs, because their names are other people's text. */
  readonly tagPairs: [name: string, value: string][];
  /** The parallel lists an error chain travels as. */
  errorParts: { names: readonly string[]; codes: readonly string[]; messages: readonly string[] };
}

type FieldValues = readonly [lowerName: string, values: readonly string[]];

/** A message whose header fields come as one attribute per lower-cased name. */
export interface MessageDraft extends Mutable<Omit<Message, "headers" | "chunks">> {
  /** Field names in the order and case seen; empty where the attributes tell them. */
  headerNames: readonly string[];
  readonly headerValues: FieldValues[];
  chunkOffsets: readonly number[];
  chunkSizes: readonly number[];
}

const none: readonly never[] = [];
const noBytes = new Uint8Array(0);
const noMessage: Message = { headers: none, body: noBytes, bodySize: 0, bodyTruncated: false, bodySha256: "", chunks: none };

function newMessage(): MessageDraft {
  return {
    body: noBytes,
    bodySize: 0,
    bodyTruncated: false,
    bodySha256: "",
    headerNames: none,
    headerValues: [],
    chunkOffsets: none,
    chunkSizes: none,
  };
}

/** A call of which nothing is known yet. */
export function newDraft(resource: Resource): CallDraft {
  return {
    call: {
      traceId: "",
      spanId: "",
      parentSpanId: "",
      traceState: "",
      sampled: false,
      startTime: 0n,
      durationMs: 0,
      resource,
      source: "span",
      client: "",
      vendor: "",
      operation: "",
      method: "",
      url: "",
      host: "",
      port: 0,
      route: "",
      status: 0,
      statusText: "",
      outcome: "complete",
      errorType: "",
      errors: none,
      attempt: 1,
      request: noMessage,
      response: noMessage,
      timings: {},
      network: { protocol: "", peerAddress: "", peerPort: 0, localPort: 0 },
      callSite: "",
      tags: {},
      redacted: none,
      dropped: none,
    },
    request: newMessage(),
    response: newMessage(),
    tagPairs: [],
    errorParts: { names: none, codes: none, messages: none },
  };
}

/** The finished call; the draft must not be used afterwards. */
export function callOf({ call, request, response, tagPairs, errorParts }: CallDraft): Call {
  const { names, codes, messages } = errorParts;
  const depth = Math.max(names.length, codes.length, messages.length);
  if (depth > 0)
    call.errors = Array.from({ length: depth }, (_, i) => ({ name: names[i] ?? "", code: codes[i] ?? "", message: messages[i] ?? "" }));
  if (tagPairs.length > 0) call.tags = Object.fromEntries(tagPairs);
  call.request = messageOf(request);
  call.response = messageOf(response);
  return call;
}

function messageOf(draft: MessageDraft): Message {
  const { chunkOffsets, chunkSizes } = draft;
  return {
    headers: headerPairs(draft),
    body: draft.body,
    bodySize: draft.bodySize,
    bodyTruncated: draft.bodyTruncated,
    bodySha256: draft.bodySha256,
    chunks:
      chunkSizes.length === 0 ? none : chunkOffsets.slice(0, chunkSizes.length).map((offset, i) => [offset, chunkSizes[i] ?? 0] as const),
  };
}

/**
 * Puts the fields back in their order. What has no name in the list (another sender, or a processor on the way
 * that added a field) comes last under its lower-case name; a name whose value is gone is left out.
 */
function headerPairs({ headerNames, headerValues }: MessageDraft): HeaderPairs {
  if (headerNames.length === 0) return headerValues.flatMap(([name, values]) => values.map((value) => [name, value] as const));
  return pairsInStep(headerNames, headerValues) ?? pairsByName(headerNames, headerValues);
}

/** The common case: no field repeated, none added or gone, so names and attributes go side by side. */
function pairsInStep(names: readonly string[], fields: readonly FieldValues[]): HeaderPairs | undefined {
  if (names.length !== fields.length) return undefined;
  const pairs: [string, string][] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const [lowerName, values] = fields[i]!;
    if (values.length !== 1 || (name !== lowerName && name.toLowerCase() !== lowerName)) return undefined;
    pairs.push([name, values[0]!]);
  }
  return pairs;
}

function pairsByName(names: readonly string[], fields: readonly FieldValues[]): HeaderPairs {
  const byName = new Map(fields);
  const used = new Map<string, number>();
  const pairs: [string, string][] = [];
  for (const name of names) {
    const lowerName = name.toLowerCase();
    const next = used.get(lowerName) ?? 0;
    const value = byName.get(lowerName)?.[next];
    if (value === undefined) continue;
    used.set(lowerName, next + 1);
    pairs.push([name, value]);
  }
  for (const [lowerName, values] of byName) {
    for (const value of values.slice(used.get(lowerName) ?? 0)) pairs.push([lowerName, value]);
  }
  return pairs;
}
