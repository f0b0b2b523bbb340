import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AttemptTracker } from "../src/index.ts";
import type { Call, HeaderPairs } from "../src/index.ts";
import type { Step } from "./transcript.ts";
import { end, newBuilder, open, record, response, sent } from "./transcript.ts";

const builder = newBuilder();
let number = 0;

interface Try {
  readonly at: number;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: HeaderPairs;
  readonly body?: string;
  readonly trace?: string;
  readonly parent?: string;
  readonly status?: number;
  readonly location?: string | undefined;
  readonly failed?: string;
  readonly lasts?: number;
}

/** A finished call that starts at `at` ms, in the trace and under the parent given. */
function attempt({
  at,
  method = "POST",
  url = "https://api.acme.dev/v1/orders",
  headers = [],
  body = "{}",
  trace = "a",
  parent = "p",
  status = 200,
  location,
  failed,
  lasts = 10,
}: Try): Call {
  const ids = {
    traceId: trace.repeat(32).slice(0, 32),
    parentSpanId: parent === "" ? "" : parent.charCodeAt(0).toString(16).padStart(16, "0"),
  };
  const steps: Step[] = [open(at, method, url, { headers, ...ids })];
  if (body !== "") steps.push(sent(at, body));
  if (failed === undefined)
    steps.push(response(at + lasts / 2, status, "", location === undefined ? [] : [["Location", location]]), end(at + lasts));
  else steps.push(end(at + lasts, "error", [{ name: "Error", code: failed, message: "" }]));
  return record(steps, builder, ++number);
}

const ids = (call: Call): { traceId: string; spanId: string } => ({ traceId: call.traceId, spanId: call.spanId });

describe("retries", () => {
  test.each([
    ["503", { status: 503 }],
    ["429", { status: 429 }],
    ["408", { status: 408 }],
    ["a reset connection", { failed: "ECONNRESET" }],
  ])("after %s the same request is the next attempt", (_, outcome) => {
    const tracker = new AttemptTracker();
    const first = tracker.link(attempt({ at: 0, ...outcome }));
    const second = tracker.link(attempt({ at: 500, ...outcome }));
    const third = tracker.link(attempt({ at: 1500 }));
    expect(first).toMatchObject({ attempt: 1 });
    expect(first.previous).toBeUndefined();
    expect(second).toMatchObject({ attempt: 2, previous: ids(first) });
    expect(third).toMatchObject({ attempt: 3, previous: ids(second) });
    expect(tracker.link(attempt({ at: 3000 })).previous).toBeUndefined();
  });

  test.each([
    ["after success", { status: 200 }, {}],
    ["after a refusal nobody repeats", { status: 404 }, {}],
    ["with another body", { status: 503 }, { body: '{"a":1}' }],
    ["with another method", { status: 503 }, { method: "PUT" }],
    ["to another URL", { status: 503 }, { url: "https://api.acme.dev/v1/orders?page=2" }],
    ["of another parent", { status: 503 }, { parent: "q" }],
    ["in another trace", { status: 503 }, { trace: "b" }],
    ["that began before the failure was known", { status: 503, lasts: 700 }, {}],
    ["more than a minute later", { status: 503 }, { at: 60_200 }],
  ])("no retry: the request %s", (_, first, second) => {
    const tracker = new AttemptTracker();
    tracker.link(attempt({ at: 0, ...first }));
    expect(tracker.link(attempt({ at: 500, ...second }))).toMatchObject({ attempt: 1 });
  });

  test("outside any span, traces differ and siblings are still found", () => {
    const tracker = new AttemptTracker();
    const first = tracker.link(attempt({ at: 0, status: 500, trace: "1", parent: "" }));
    expect(tracker.link(attempt({ at: 100, trace: "2", parent: "" }))).toMatchObject({ attempt: 2, previous: ids(first) });
  });

  test("calls that fail side by side do not all get the same successor", () => {
    const tracker = new AttemptTracker();
    const [a, b] = [tracker.link(attempt({ at: 0, status: 503 })), tracker.link(attempt({ at: 1, status: 503 }))];
    const [c, d] = [tracker.link(attempt({ at: 100 })), tracker.link(attempt({ at: 101 }))];
    expect([c.previous, d.previous]).toEqual([ids(b), ids(a)]);
  });

  test("a timeout that the client made of an abort is tried again", () => {
    const tracker = new AttemptTracker();
    const first = tracker.link({ ...attempt({ at: 0 }), outcome: "aborted" });
    expect(tracker.link(attempt({ at: 100 })).previous).toEqual(ids(first));
  });
});

describe("what the client says itself", () => {
  test("the same idempotency key is the same call, whatever the time between", () => {
    const tracker = new AttemptTracker();
    const headers: HeaderPairs = [["Idempotency-Key", "k-1"]];
    const first = tracker.link(attempt({ at: 0, headers, status: 400 }));
    tracker.link(attempt({ at: 10, headers: [["idempotency-key", "k-2"]], status: 503 }));
    expect(tracker.link(attempt({ at: 600_000, headers, trace: "b" }))).toMatchObject({ attempt: 2, previous: ids(first) });
  });

  test("the same key at another host is another call", () => {
    const tracker = new AttemptTracker();
    const headers: HeaderPairs = [["idempotency-key", "k-1"]];
    tracker.link(attempt({ at: 0, headers }));
    expect(tracker.link(attempt({ at: 100, headers, url: "https://api.other.dev/v1/orders" })).previous).toBeUndefined();
  });

  test("the SDK's counter: attempts follow one another, a new call with count 0 follows none", () => {
    const tracker = new AttemptTracker();
    const counted = (at: number, count: number, status: number): Call =>
      tracker.link(attempt({ at, headers: [["x-stainless-retry-count", String(count)]], status }));
    const first = counted(0, 0, 503);
    const second = counted(100, 1, 503);
    expect(second).toMatchObject({ attempt: 2, previous: ids(first) });
    expect(counted(200, 0, 200).previous).toBeUndefined();
    expect(counted(300, 2, 200)).toMatchObject({ attempt: 3, previous: ids(second) });
  });

  test("a count whose earlier attempt is not known stays", () => {
    const call = new AttemptTracker().link(attempt({ at: 0, headers: [["x-stainless-retry-count", "4"]] }));
    expect(call).toMatchObject({ attempt: 5 });
    expect(call.previous).toBeUndefined();
  });
});

describe("redirects", () => {
  test.each([
    ["an absolute URL", "https://files.acme.dev/x?y=1#part"],
    ["another host without scheme", "//files.acme.dev/x?y=1"],
  ])("to %s, whatever the method becomes", (_, location) => {
    const tracker = new AttemptTracker();
    const first = tracker.link(attempt({ at: 0, status: 303, location }));
    expect(tracker.link(attempt({ at: 50, method: "GET", body: "", url: "https://files.acme.dev/x?y=1" }))).toMatchObject({
      attempt: 2,
      previous: ids(first),
    });
  });

  test("a chain with relative locations", () => {
    const tracker = new AttemptTracker();
    const first = tracker.link(attempt({ at: 0, method: "GET", url: "http://a.test/a/b", status: 301, location: "c" }));
    const second = tracker.link(attempt({ at: 20, method: "GET", url: "http://a.test/a/c", status: 302, location: "/d" }));
    const third = tracker.link(attempt({ at: 40, method: "GET", url: "http://a.test/d" }));
    expect([second.previous, third.previous, third.attempt]).toEqual([ids(first), ids(second), 3]);
  });

  test("followed while the first answer's body was still coming", () => {
    const tracker = new AttemptTracker();
    const first = tracker.link(attempt({ at: 0, status: 307, location: "/v2/orders", lasts: 100 }));
    expect(tracker.link(attempt({ at: 60, url: "https://api.acme.dev/v2/orders" })).previous).toEqual(ids(first));
  });

  test("not to another URL, and not twice", () => {
    const tracker = new AttemptTracker();
    tracker.link(attempt({ at: 0, status: 302, location: "/v2/orders" }));
    expect(tracker.link(attempt({ at: 60, url: "https://api.acme.dev/v2/orders/1" })).previous).toBeUndefined();
    expect(tracker.link(attempt({ at: 60, url: "https://api.acme.dev/v2/orders" })).previous).toBeDefined();
    expect(tracker.link(attempt({ at: 70, url: "https://api.acme.dev/v2/orders" })).previous).toBeUndefined();
  });
});

test("memory is bounded: beyond the limit the oldest is forgotten", () => {
  const tracker = new AttemptTracker(3);
  const [first] = [0, 1, 2, 3].map((i) => tracker.link(attempt({ at: i, url: `http://a.test/${i}`, status: 500 })));
  expect(tracker.link(attempt({ at: 100, url: "http://a.test/0" })).previous).toBeUndefined();
  expect(tracker.link(attempt({ at: 100, url: "http://a.test/3" })).previous).toBeDefined();
  expect(first).toBeDefined();
});

test("whatever fails and wherever it points, an attempt follows an earlier one and has one successor at most", () => {
  const tries = fc.record({
    at: fc.nat({ max: 1000 }),
    url: fc.constantFrom("http://a.test/1", "http://a.test/2", "not a url", ""),
    status: fc.constantFrom(200, 302, 404, 503),
    location: fc.option(fc.constantFrom("/1", "http://a.test/2", "http://[", ""), { nil: undefined }),
    headers: fc.constantFrom<HeaderPairs>([], [["idempotency-key", "k"]], [["x-stainless-retry-count", "1"]]),
    parent: fc.constantFrom("", "p"),
  });
  fc.assert(
    fc.property(fc.array(tries, { maxLength: 30 }), (all) => {
      const tracker = new AttemptTracker(10);
      const calls = all.map((one) => tracker.link(attempt(one)));
      const successors = calls.map((call) => call.previous?.spanId).filter((id) => id !== undefined);
      expect(new Set(successors).size).toBe(successors.length);
      for (const call of calls.filter((c) => c.previous !== undefined)) {
        const previous = calls.find((c) => c.spanId === call.previous?.spanId)!;
        expect(previous.startTime).toBeLessThanOrEqual(call.startTime);
        expect(call.attempt).toBeGreaterThan(previous.attempt);
      }
    }),
  );
});
