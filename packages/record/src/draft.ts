import type { Call, HeaderPairs, Message, Network, Resource, Timings } from "./call.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A call while it is put together from attributes. */
export interface CallDraft extends Mutable<Omit<Call, "request" | "response" | "network" | "timings">> {
  request: MessageDraft;
  response: MessageDraft;
  network: Mutable<Network>;
  timings: Mutable<Timings>;
  /** Tags as they come; a Map, because keys are other people's text. */
  readonly tagPairs: Map<string, string>;
  /** The parallel lists an error chain travels as. */
  errorParts: { names: readonly string[]; codes: readonly string[]; messages: readonly string[] };
}

/** A message whose header fields come as one attribute per lower-cased name. */
export interface MessageDraft extends Mutable<Message> {
  /** Field names in the order and case seen; empty for other senders' spans. */
  headerNames: readonly string[];
  readonly headerValues: Map<string, readonly string[]>;
  chunkOffsets: readonly number[];
  chunkSizes: readonly number[];
}

const empty = new Uint8Array(0);

function newMessage(): MessageDraft {
  return {
    headers: [],
    body: empty,
    bodySize: 0,
    bodyTruncated: false,
    bodySha256: "",
    chunks: [],
    headerNames: [],
    headerValues: new Map(),
    chunkOffsets: [],
    chunkSizes: [],
  };
}

/** A call of which nothing is known yet. */
export function newDraft(resource: Resource): CallDraft {
  return {
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
    errors: [],
    attempt: 1,
    previous: undefined,
    request: newMessage(),
    response: newMessage(),
    timings: {},
    network: { protocol: "", peerAddress: "", peerPort: 0, localPort: 0 },
    callSite: "",
    tags: {},
    redacted: [],
    dropped: [],
    tagPairs: new Map(),
    errorParts: { names: [], codes: [], messages: [] },
  };
}

/** The finished call: a draft without its scaffolding. */
export function callOf(draft: CallDraft): Call {
  const { tagPairs, errorParts, request, response, previous, ...call } = draft;
  const { names, codes, messages } = errorParts;
  const depth = Math.max(names.length, codes.length, messages.length);
  return {
    ...call,
    ...(previous && { previous }),
    errors: Array.from({ length: depth }, (_, i) => ({ name: names[i] ?? "", code: codes[i] ?? "", message: messages[i] ?? "" })),
    tags: Object.fromEntries(tagPairs),
    request: messageOf(request),
    response: messageOf(response),
  };
}

function messageOf(draft: MessageDraft): Message {
  return {
    headers: headerPairs(draft),
    body: draft.body,
    bodySize: draft.bodySize,
    bodyTruncated: draft.bodyTruncated,
    bodySha256: draft.bodySha256,
    chunks: draft.chunkOffsets.slice(0, draft.chunkSizes.length).map((offset, i) => [offset, draft.chunkSizes[i] ?? 0] as const),
  };
}

/**
 * Puts the fields back in their order. What has no name in the list (another sender, or a processor on the way
 * that added a field) comes last under its lower-case name; a name whose value is gone is left out.
 */
function headerPairs({ headerNames, headerValues }: MessageDraft): HeaderPairs {
  const pairs: [string, string][] = [];
  const used = new Map<string, number>();
  for (const name of headerNames) {
    const key = name.toLowerCase();
    const next = used.get(key) ?? 0;
    const value = headerValues.get(key)?.[next];
    if (value === undefined) continue;
    used.set(key, next + 1);
    pairs.push([name, value]);
  }
  for (const [key, values] of headerValues) {
    for (const value of values.slice(used.get(key) ?? 0)) pairs.push([key, value]);
  }
  return pairs;
}
