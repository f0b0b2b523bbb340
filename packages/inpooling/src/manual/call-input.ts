import type { HeaderPairs } from "#record";

/** Header fields in any of the usual forms. Values that are lists become repeated fields. */
export type HeadersInput =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | readonly (readonly [string, string])[]
  | Iterable<readonly [string, string]>;

/** A body: text, bytes, or a value that is recorded as JSON. */
export type BodyInput = string | Uint8Array | ArrayBuffer | object | number | boolean | null;

export interface RequestInput {
  readonly headers?: HeadersInput | undefined;
  readonly body?: BodyInput | undefined;
}

export interface ResponseInput {
  readonly status?: number | undefined;
  readonly statusText?: string | undefined;
  readonly headers?: HeadersInput | undefined;
  readonly body?: BodyInput | undefined;
}

/** What stands for one call apart from its two messages. */
export interface CallFacts {
  /** `GET` when left out. */
  readonly method?: string | undefined;
  /** Absolute. */
  readonly url: string | URL;
  /** `service.peer.name`: who is behind the host; guessed from the host when left out. */
  readonly vendor?: string | undefined;
  readonly operation?: string | undefined;
  /** `url.template`: low-cardinality path; guessed when left out. */
  readonly route?: string | undefined;
  /** The library that made the call. */
  readonly client?: string | undefined;
  readonly tags?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** 32 and 16 hex digits, where the call belongs to a trace that is not active. */
  readonly traceId?: string | undefined;
  readonly parentSpanId?: string | undefined;
}

/** `log()` takes one finished call. */
export interface CallInput extends CallFacts {
  readonly request?: RequestInput | undefined;
  readonly response?: ResponseInput | undefined;
  /** What went wrong, when there is no response or it broke off: an Error, or text. */
  readonly error?: unknown;
  /** When the call began: a Date or Unix milliseconds. Now minus `durationMs` when left out. */
  readonly startTime?: Date | number | undefined;
  readonly durationMs?: number | undefined;
}

/** `start()` takes what is known before the response. */
export interface StartInput extends CallFacts, RequestInput {}

/** `end()` takes the response, or what went wrong. */
export type EndInput = ResponseInput | { readonly error: unknown };

/** Something that is not a call. The message names the field, its shape and what it takes. */
export class NotACall extends TypeError {
  override readonly name = "NotACall";
}

const textEncoder = new TextEncoder();

/** @throws NotACall */
export function headerPairs(input: HeadersInput | undefined, field: string): HeaderPairs {
  if (input === undefined) return [];
  if (typeof input !== "object" || input === null) throw new NotACall(`${field} takes an object or a list of [name, value] pairs`);
  const entries: Iterable<readonly [unknown, unknown]> = isIterable(input)
    ? (input as Iterable<readonly [unknown, unknown]>)
    : Object.entries(input);
  const pairs: [string, string][] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || typeof entry[0] !== "string")
      throw new NotACall(`${field} takes [name, value] pairs whose names are texts`);
    const [name, value] = entry as [string, unknown];
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.push([name, String(one)]);
  }
  return pairs;
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** The body as bytes, and the content type it has when no header field names one. */
export interface BodyBytes {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** @throws NotACall when the value is no JSON (cycles, bigint, functions) */
export function bodyBytes(input: BodyInput | undefined, field: string): BodyBytes | undefined {
  if (input === undefined) return undefined;
  if (typeof input === "string") return { bytes: textEncoder.encode(input), contentType: "" };
  if (input instanceof Uint8Array) return { bytes: input, contentType: "" };
  if (input instanceof ArrayBuffer) return { bytes: new Uint8Array(input), contentType: "" };
  if (ArrayBuffer.isView(input)) return { bytes: new Uint8Array(input.buffer, input.byteOffset, input.byteLength), contentType: "" };
  let json: string | undefined;
  try {
    json = JSON.stringify(input);
  } catch (error) {
    throw new NotACall(`${field} is no JSON: ${(error as Error).message.split("\n", 1)[0] ?? ""}`);
  }
  if (json === undefined) throw new NotACall(`${field} takes text, bytes or a JSON value; it got a ${typeof input}`);
  return { bytes: textEncoder.encode(json), contentType: "application/json" };
}

/** @throws NotACall */
export function absoluteUrl(input: unknown): string {
  if (input instanceof URL) return input.href;
  if (typeof input !== "string") throw new NotACall(`url takes an absolute URL; it got ${input === null ? "null" : typeof input}`);
  if (!URL.canParse(input))
    throw new NotACall(`url takes an absolute URL such as https://api.example.com/v1; it got a text of ${input.length} characters`);
  return input;
}

/** Facts of `CallStart` (packages/record): what has no place of its own in an event. */
export function factsOf(input: CallFacts): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const name of ["vendor", "operation", "route"] as const) {
    const value = input[name];
    if (value !== undefined) facts[name] = String(value);
  }
  for (const [name, value] of Object.entries(input.tags ?? {})) if (value !== undefined) facts[`tag.${name}`] = String(value);
  return facts;
}

/** @throws NotACall */
export function hexId(value: unknown, digits: number, field: string): string {
  if (value === undefined || value === "") return "";
  if (typeof value !== "string" || value.length !== digits || !/^[0-9a-f]+$/i.test(value))
    throw new NotACall(`${field} takes ${digits} hex digits`);
  return value.toLowerCase();
}

/** @throws NotACall */
export function finiteNumber(value: unknown, field: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new NotACall(`${field} takes a number; it got ${value === null ? "null" : typeof value}`);
  return value;
}
