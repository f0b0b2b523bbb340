import { once } from "node:events";
import { ClientRequest, createServer, get, IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { installCapture, setSpanLookup } from "../../src/capture/index.ts";
import { Recorder } from "./recorder.ts";

let server: Server;
let url = "";
const undo: (() => void)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => response.end(request.headers["traceparent"] ?? "ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  for (const each of undo.splice(0)) each();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function install(recorder: Recorder, options: Partial<Parameters<typeof installCapture>[1]> = {}): () => void {
  const remove = installCapture(recorder, { ignoreHosts: [], ...options });
  undo.push(remove);
  return remove;
}

async function callHttp(): Promise<{ readonly request: ClientRequest; readonly response: IncomingMessage; readonly text: string }> {
  const request = get(url, { agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { request, response, text };
}

describe("installCapture", () => {
  it("leaves no trace on the application's objects, and none at all once it is taken back", async () => {
    const methods = () =>
      [ClientRequest.prototype, IncomingMessage.prototype].map((prototype) =>
        Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value }]) => [name, value as unknown]),
      );
    const before = methods();
    const recorder = new Recorder();
    const remove = install(recorder);
    const { request, response } = await callHttp();
    await recorder.ended(1);
    expect(inspect(request, { depth: 0, showHidden: true }) + inspect(response, { depth: 0, showHidden: true })).not.toMatch(
      /inpooling|exchange|#value/i,
    );
    expect(request.listenerCount("response") + response.listenerCount("data")).toBe(0);
    for (const name of ["write", "end", "destroy"] as const) {
      expect(ClientRequest.prototype[name].length, name).toBe(Object.getPrototypeOf(ClientRequest.prototype)[name].length);
    }
    expect([ClientRequest.prototype.end.name, ClientRequest.prototype.write.name]).toEqual(["end", "write"]);
    remove();
    remove();
    expect(methods()).toEqual(before);
    await fetch(url).then((answer) => answer.text());
    expect(recorder.calls).toHaveLength(1);
  });

  it("patches once for several owners, and gives the calls to one of them", async () => {
    const [first, second] = [new Recorder(), new Recorder()];
    const removeFirst = install(first);
    await callHttp();
    const end = ClientRequest.prototype.end;
    install(second);
    await first.ended(1);
    expect(second.calls).toHaveLength(0);
    removeFirst();
    expect(await fetch(url).then((answer) => answer.text())).toBe("ok");
    await second.ended(1);
    expect(first.calls).toHaveLength(1);
    expect(ClientRequest.prototype.end).toBe(end);
  });

  it("leaves ignored hosts alone", async () => {
    const recorder = new Recorder();
    install(recorder, { ignoreHosts: [new URL(url).host] });
    await callHttp();
    await fetch(url).then((answer) => answer.text());
    expect(recorder.calls).toEqual([]);
  });

  it("survives a sink that throws everywhere, tells of it, and switches the hook off", async () => {
    const errors: string[] = [];
    const broken = new Proxy({} as Recorder, {
      get: () => () => {
        throw new RangeError("broken sink");
      },
    });
    install(broken, { onHookError: (where, error) => errors.push(`${where}: ${String(error)}`) });
    for (let index = 0; index < 30; index += 1) {
      expect((await callHttp()).text).toBe("ok");
      expect(await fetch(url).then((answer) => answer.text())).toBe("ok");
    }
    expect(errors.filter((text) => text.startsWith("http.client.request.created"))).toHaveLength(20);
    expect(errors.filter((text) => text.startsWith("undici:request:create"))).toHaveLength(20);
  });

  it("drops only the call whose hook failed", async () => {
    const recorder = new Recorder();
    const { response } = recorder;
    let failures = 1;
    recorder.response = (...args) => {
      if (failures-- > 0) throw new RangeError("once");
      response.apply(recorder, args);
    };
    install(recorder, { onHookError: () => {} });
    await callHttp();
    await callHttp();
    await recorder.ended(1);
    expect(recorder.calls.map(({ outcome }) => outcome)).toEqual(["open", "complete"]);
  });

  it("joins the trace of a request that carries traceparent, and adds none of its own", async () => {
    const recorder = new Recorder();
    install(recorder);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(await fetch(url, { headers: { traceparent } }).then((answer) => answer.text())).toBe(traceparent);
    const request = get(url, { agent: false, headers: { traceparent } });
    await once(request, "response").then(([response]) => (response as IncomingMessage).resume());
    expect(await fetch(url).then((answer) => answer.text())).toBe("ok");
    await recorder.ended(3);
    const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "", parentSpanId: "b7ad6b7169203331", sampled: true };
    expect(recorder.calls.map(({ start }) => start)).toMatchObject([ids, ids, { traceId: "", spanId: "", parentSpanId: "" }]);
  });
});

describe("setSpanLookup", () => {
  const span = { traceId: "1".repeat(32), spanId: "2".repeat(16), parentSpanId: "3".repeat(16), sampled: false };

  it("names the span at the start", async () => {
    const recorder = new Recorder();
    install(recorder);
    undo.push(setSpanLookup((_request, moment) => (moment === "start" ? span : undefined)));
    await fetch(url).then((answer) => answer.text());
    await callHttp();
    await recorder.ended(2);
    expect(recorder.calls.map(({ start }) => start)).toMatchObject([span, span]);
  });

  it("may name it when the head leaves; the call keeps its true start", async () => {
    const recorder = new Recorder();
    install(recorder);
    const heads: string[] = [];
    undo.push(
      setSpanLookup((_request, moment, head) => {
        if (moment === "start") return undefined;
        heads.push(head ?? "");
        return span;
      }),
    );
    const before = performance.now();
    await fetch(url).then((answer) => answer.text());
    await recorder.ended(1);
    expect(heads[0]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
    expect(recorder.calls[0]?.start).toMatchObject(span);
    expect(recorder.calls[0]?.start.time).toBeGreaterThanOrEqual(before);
  });

  it("records a call that never gets to its head", async () => {
    const recorder = new Recorder();
    install(recorder);
    undo.push(setSpanLookup(() => undefined));
    await expect(fetch("http://127.0.0.1:1023/")).rejects.toThrow("fetch failed");
    await recorder.ended(1);
    expect(recorder.calls[0]).toMatchObject({ outcome: "error", errors: [{ code: "ECONNREFUSED" }] });
    expect(recorder.calls[0]?.head).toMatch(/^GET \/ HTTP\/1\.1\r\nhost: 127\.0\.0\.1:1023\r\n/);
  });
});
