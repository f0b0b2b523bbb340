import { describe, expect, it } from "vitest";
import type { Recorded } from "./recorder.ts";
import { runProgram, runtimes } from "./runtimes.ts";
import type { Seen } from "./programs/run.ts";

/** What is recorded of each case: client, request line, status, outcome, bytes up and down, error codes. */
const expected: Readonly<Record<string, readonly string[]>> = {
  "http: writes with encodings and callbacks": ["node:http POST /w?a=1 200 complete 26 6"],
  "http: misuse stays misuse": ["node:http POST / 200 complete 4 2"],
  "http: a late reader with setEncoding": ["node:http GET / 200 complete 0 6"],
  "http: readable and read()": ["node:http GET / 200 complete 0 10"],
  // Node throws an answer away that nobody listens for, before anything can see it.
  "http: nobody listens for the response": ["node:http GET / 200 complete 0 0", "node:http GET / 200 complete 0 7"],
  "http: HEAD, 204, 304": [
    "node:http HEAD / 200 complete 0 0",
    "node:http GET /204 204 complete 0 0",
    "node:http GET /304 304 complete 0 0",
  ],
  "http: 103 before 200, Expect: 100-continue": ["node:http POST / 200 complete 4 5"],
  "http: cut in the middle of the body": ["node:http GET / 200 error 0 15 ECONNRESET"],
  "http: the server hangs up": ["node:http PUT / 0 error 4 0 ECONNRESET"],
  "http: destroyed before the head": ["node:http GET / 0 aborted 0 0 RangeError"],
  "http: destroyed in the middle of the body": ["node:http GET / 200 aborted 0 4 ECONNRESET", "node:http GET / 200 aborted 0 4"],
  "http: abort() at once, abort by signal": ["node:http GET / 0 aborted 0 0", "node:http GET / 0 aborted 0 0 ABORT_ERR 20"],
  "http: refused, and a name that does not resolve": ["node:http GET / 0 error 0 0 ECONNREFUSED", "node:http GET / 0 error 0 0 ENOTFOUND"],
  "http: upgrade and CONNECT": ["node:http GET /chat 101 complete 0 0", "node:http CONNECT / 200 complete 0 0"],
  "http: keep-alive, fields given as a list, a foreign Host field, a subclass": [
    "node:http GET /plain 200 complete 0 19",
    "node:http GET /list 200 complete 0 18",
    "node:http GET /virtual 200 complete 0 21",
    "node:http POST /own 200 complete 5 18",
  ],
  "http: the request body is changed after write": ["node:http POST / 200 complete 12 2"],
  "fetch: JSON there and back": ["fetch POST /v1/things?limit=3 200 complete 10 18"],
  "fetch: a stream as body": ["fetch POST / 200 complete 13 2"],
  "fetch: a Request with bytes, and a form": ["fetch PUT / 200 complete 4 4", "fetch POST / 200 complete 129 4"],
  "fetch: a redirect is two calls": ["fetch GET /old 302 complete 0 5", "fetch GET /new 200 complete 0 4"],
  "fetch: gzip stays as on the wire": ["fetch GET / 200 complete 0 35"],
  "fetch: chunks arrive as they are sent, early hints pass": ["fetch GET / 200 complete 0 10"],
  "fetch: HEAD, 204, 304": ["fetch HEAD / 200 complete 0 0", "fetch GET /204 204 complete 0 0", "fetch GET /304 304 complete 0 0"],
  "fetch: cut in the middle of the body": ["fetch GET / 200 error 0 15 UND_ERR_SOCKET"],
  "fetch: aborted before the head and in the middle of the body": ["fetch GET / 0 aborted 0 0 20", "fetch GET /body 200 aborted 0 4 20"],
  "fetch: refused": ["fetch POST /gone 0 error 0 0 ECONNREFUSED"],
  "undici: request, pool, stream, fetch": [
    "undici POST /request 200 complete 4 8",
    "undici PUT /pool 200 complete 5 9",
    "undici GET /stream 200 complete 0 4",
    "fetch POST /fetch 200 complete 7 11",
  ],
  "undici: upgrade, aborted, client destroyed": [
    "undici GET /chat 101 complete 0 0",
    "undici GET /slow 0 aborted 0 0 20",
    "undici GET /cut 0 aborted 0 0 UND_ERR_DESTROYED",
  ],
  "axios: JSON, an error status, a timeout": [
    "node:http POST /ok 200 complete 7 15",
    "node:http GET /bad 422 complete 0 12",
    "node:http GET /slow 0 aborted 0 0 ECONNABORTED",
  ],
  "got: JSON, a retried failure": [
    "node:http POST /json 200 complete 11 11",
    "node:http GET /retry 503 complete 0 4",
    "node:http GET /retry 200 complete 0 7",
  ],
};

/** A multipart boundary is random. */
const wireVaries = new Set(["fetch: a Request with bytes, and a form"]);

function line({ start, status, outcome, requestBody, responseBody, errors }: Recorded): string {
  const { pathname, search } = new URL(start.url.replace("PORT", "80"));
  const codes = errors.map(({ code, name }) => ` ${code || name}`).join("");
  return `${start.client} ${start.method} ${pathname}${search} ${status} ${outcome} ${requestBody.length} ${responseBody.length}${codes}`;
}

/** Content of a request as the server got it, without the framing of chunks. */
function contentOf(wire: string): string {
  const from = wire.indexOf("\r\n\r\n") + 4;
  if (!/\r\ntransfer-encoding: *chunked/i.test(wire.slice(0, from))) return wire.slice(from);
  let content = "";
  for (let at = from; ;) {
    const end = wire.indexOf("\r\n", at);
    const size = Number.parseInt(wire.slice(at, end), 16);
    if (!(size > 0)) return content;
    content += wire.slice(end + 2, end + 2 + size);
    at = end + 4 + size;
  }
}

const headOf = (wire: string): string => wire.slice(0, wire.indexOf("\r\n\r\n"));

async function run(node: string, how: "bare" | "captured", file: string): Promise<readonly Seen[]> {
  return JSON.parse(await runProgram(node, "run.ts", how, file)) as readonly Seen[];
}

describe.each(Object.entries(runtimes))("calls under %s", (_name, node) => {
  it.each(["http-cases", "fetch-cases", "library-cases"])(
    "%s: nothing changes for application and server, everything is recorded",
    async (file) => {
      const [bare, captured] = await Promise.all([run(node, "bare", file), run(node, "captured", file)]);
      for (const [index, seen] of captured.entries()) {
        expect(seen.hookErrors, seen.name).toEqual([]);
        expect(seen.application, seen.name).toEqual(bare[index]?.application);
        if (!wireVaries.has(seen.name)) expect(seen.wire, seen.name).toEqual(bare[index]?.wire);
        expect(seen.calls.map(line), seen.name).toEqual(expected[seen.name]);
        // Whatever reached the server is recorded byte by byte, head and content.
        const sent = seen.calls.filter(({ network }) => network.length > 0);
        for (const [order, wire] of seen.wire.entries()) {
          expect(sent[order]?.head.trimEnd(), seen.name).toBe(headOf(wire));
          expect(sent[order]?.requestBody, seen.name).toBe(contentOf(wire));
          expect(sent[order]?.requestEnds, seen.name).toBe(1);
          expect(sent[order]?.network.slice(0, 3), seen.name).toEqual(["1.1", "127.0.0.1", "PORT"]);
        }
      }
      expect(captured.map(({ name }) => name)).toEqual(bare.map(({ name }) => name));
    },
  );
});
