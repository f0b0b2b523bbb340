import { onTestFinished } from "vitest";
import type { CallNumber } from "#record";
import { readConfig } from "../../src/config.ts";
import { readClock } from "../../src/deliver/clock.ts";
import { Pipeline } from "../../src/deliver/pipeline.ts";
import { Status } from "../../src/deliver/status.ts";
import { createRing, RingControl, RingWriter } from "../../src/ring/index.ts";

export interface CallOptions {
  readonly host?: string;
  readonly status?: number;
  readonly request?: string;
  readonly response?: string | Uint8Array;
  readonly requestHeaders?: readonly (readonly [string, string])[];
  readonly responseHeaders?: readonly (readonly [string, string])[];
}

/** A pipeline in this process, behind a real ring: what the worker runs, without the thread. */
export class Running {
  readonly sink: RingWriter;
  readonly pipeline: Pipeline;
  readonly control: RingControl;
  readonly status = new Status();

  private constructor(env: Readonly<Record<string, string>>, ringBytes: number) {
    const ring = createRing(ringBytes);
    this.control = new RingControl(ring);
    const config = readConfig({}, { OTEL_LOG_LEVEL: "none", ...env });
    this.sink = new RingWriter(ring, { bodyLimit: config.bodyLimit });
    this.pipeline = new Pipeline({
      config,
      ring,
      status: this.status.buffer,
      clock: readClock(),
      facts: { pid: 1, main: "", cwd: "/", resource: {} },
      version: "0.1.0",
      crashedCalls: 0,
    });
  }

  /** Runs until the test is over. */
  static start(env: Readonly<Record<string, string>>, ringBytes = 1024 ** 2): Running {
    const running = new Running(env, ringBytes);
    const done = running.pipeline.run();
    onTestFinished(async () => {
      await running.pipeline.stop();
      await done;
    });
    return running;
  }

  /** Opens a call and says what a client would say about it, without its end. */
  open({ host = "api.example.com", request, requestHeaders = [] }: CallOptions = {}): CallNumber {
    const call = this.sink.open({
      source: "patch",
      client: "fetch",
      method: request === undefined ? "GET" : "POST",
      url: `https://${host}/v1/things`,
      headers: requestHeaders,
      traceId: "",
      spanId: "",
      parentSpanId: "",
      sampled: false,
    });
    if (request !== undefined) this.sink.requestBody(call, request);
    this.sink.requestEnd(call);
    return call;
  }

  /** Records one whole call. */
  call(options: CallOptions = {}): void {
    const call = this.open(options);
    const { status = 200, response = "", responseHeaders = [["content-type", "text/plain"]] } = options;
    this.sink.response(call, status, "", responseHeaders.flat());
    this.sink.responseBody(call, response);
    this.sink.end(call, "complete");
  }
}

/** The text of a body. */
export function textOf(body: Uint8Array | undefined): string {
  return Buffer.from(body ?? []).toString("utf8");
}
