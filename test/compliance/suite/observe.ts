import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Application } from "./application.ts";

/** An error as an application tells it apart: class, code, message, and the causes behind it. */
export function shape(error: unknown, depth = 5): string {
  if (typeof error !== "object" || error === null) return `thrown ${typeof error} ${String(error)}`;
  const { name, code, message, cause, errors } = error as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    cause?: unknown;
    errors?: unknown;
  };
  const className = Object.getPrototypeOf(error)?.constructor?.name as unknown;
  const own = Object.keys(error)
    .filter((key) => !["name", "code", "message", "cause", "errors", "stack"].includes(key))
    .toSorted();
  const parts = [`${String(className)} ${String(name)}(${String(code)}): ${String(message)} {${own.join(",")}}`];
  if (Array.isArray(errors) && depth > 0) parts.push(`[${errors.map((each) => shape(each, depth - 1)).join("; ")}]`);
  if (cause !== undefined && depth > 0) parts.push(`<- ${shape(cause, depth - 1)}`);
  return parts.join(" ");
}

/** The shape of what `work` fails with, or `no failure`. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
    return "no failure";
  } catch (error) {
    return shape(error);
  }
}

/** Not `response`, `upgrade`, `connect`: a listener for these changes what Node does with the connection. */
const REQUEST_EVENTS = ["socket", "continue", "information", "finish", "timeout", "abort", "error", "close"];
const RESPONSE_EVENTS = ["end", "aborted", "error", "close"];

/** Notes every event of a request, in order, in the lane `request`. */
export function watch(request: ClientRequest, application: Application): ClientRequest {
  for (const name of REQUEST_EVENTS) {
    request.on(name, (value: unknown) => application.noteIn("request", name, value instanceof Error ? shape(value) : ""));
  }
  return request;
}

/** Notes every event of a response, in order, in the lane `response`. */
export function watchResponse(response: IncomingMessage, application: Application): IncomingMessage {
  for (const name of RESPONSE_EVENTS) {
    response.on(name, (value: unknown) => application.noteIn("response", name, value instanceof Error ? shape(value) : ""));
  }
  return response;
}

/** The response of a request, as `await once()` gives it: one turn later than a listener would have it. */
export async function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

/** Reads a response to its end, as latin1 text. */
export async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  let text = "";
  for await (const part of stream) text += typeof part === "string" ? part : Buffer.from(part as Uint8Array).toString("latin1");
  return text;
}

/** Resolves when `emitter` has closed or closes. */
export async function closed(emitter: ClientRequest | IncomingMessage): Promise<void> {
  if (!emitter.closed) await new Promise((resolve) => emitter.once("close", resolve));
}

/** Status line and fields, as an application reads them. */
export function headOf(response: IncomingMessage): string {
  return JSON.stringify([response.httpVersion, response.statusCode, response.statusMessage, response.rawHeaders, response.headers]);
}

/** So many turns of the event loop: later than any callback of this one. */
export async function turns(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Deterministic bytes: no two positions within 251 are alike. */
export function pattern(bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at++) buffer[at] = at % 251;
  return buffer;
}
