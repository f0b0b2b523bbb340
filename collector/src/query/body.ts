import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallReader } from "../store/store.ts";
import { callOr404 } from "./calls.ts";
import { apiHead, ApiError } from "./http/answer.ts";
import { parseRange } from "./http/range.ts";
import { headerOf } from "./json.ts";

/** File names by media type; the names carry no text of the payload's own. */
const extensions: readonly (readonly [RegExp, string])[] = [
  [/[/+]json\b/, "json"],
  [/^text\/event-stream/, "sse.txt"],
  [/ndjson|jsonl/, "ndjson"],
  [/^text\/html/, "html.txt"],
  [/[/+]xml\b/, "xml"],
  [/^text\/csv/, "csv"],
  [/^text\//, "txt"],
  [/x-www-form-urlencoded/, "form.txt"],
  [/^image\/png/, "png"],
  [/^image\/jpeg/, "jpg"],
  [/^image\/webp/, "webp"],
  [/^image\/gif/, "gif"],
  [/^application\/pdf/, "pdf"],
];

/**
 * `GET /api/calls/<id>/{request,response}/body`: the kept bytes, as a download that no browser runs or sniffs.
 * One `Range` is honoured (RFC 9110 14).
 */
export async function sendBody(
  reader: CallReader,
  req: IncomingMessage,
  res: ServerResponse,
  id: string,
  side: "request" | "response",
): Promise<void> {
  const call = await callOr404(reader, id);
  const { body, bodySize } = call[side];
  if (body.length === 0) {
    const remedy =
      bodySize > 0 ? `${bodySize} bytes crossed the wire; the call's "dropped" says why none are kept.` : "The message had no content.";
    throw new ApiError(404, "not-found", `No ${side} body is kept for ${id}`, remedy);
  }
  const contentType = headerOf(call[side], "content-type").toLowerCase();
  const extension = extensions.find(([pattern]) => pattern.test(contentType))?.[1] ?? "bin";
  const headers = {
    "content-disposition": `attachment; filename="${id}-${side}.${extension}"`,
    "accept-ranges": "bytes",
  };
  const range = parseRange(req.headers.range, body.length);
  if (range === "unsatisfiable") {
    apiHead(res, 416, "text/plain; charset=utf-8", { "content-range": `bytes */${body.length}` });
    res.end(`The body has ${body.length} bytes.\n`);
    return;
  }
  const part = range === undefined ? body : body.subarray(range.first, range.last + 1);
  const partial = range === undefined ? {} : { "content-range": `bytes ${range.first}-${range.last}/${body.length}` };
  apiHead(res, range === undefined ? 200 : 206, "application/octet-stream", { ...headers, ...partial, "content-length": part.length });
  res.end(part);
}
