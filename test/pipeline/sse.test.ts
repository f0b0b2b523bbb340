// Acceptance 3: a stream of 1,000 events arrives with the same chunk boundaries, and the record holds its text.
import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CollectorProcess } from "./harness/collector.ts";
import { ENDS_AT_ONCE, RECORDED, runProgram, serviceName } from "./harness/program.ts";
import { RUNTIMES } from "./harness/runtimes.ts";

const EVENTS = Array.from({ length: 1_000 }, (_, at) => `id: ${at}\ndata: {"n":${at},"text":"größe ${"x".repeat(at % 23)}"}\n\n`);

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(async () => {
  await collector[Symbol.asyncDispose]();
});

/** Sends one event, waits for its acknowledgement on the other socket, sends the next. */
async function stepwiseServer(): Promise<{ events: HttpServer; acks: Server; origin: string; ackPort: number }> {
  let acknowledged: (() => void) | undefined;
  const acks = createTcpServer((socket: Socket) => socket.on("data", () => acknowledged?.()));
  const events = createServer((_request, response) => {
    const send = async (): Promise<void> => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of EVENTS) {
        const next = new Promise<void>((resolve) => (acknowledged = resolve));
        response.write(event);
        await next;
      }
      response.end();
    };
    void send();
  });
  events.listen(0, "127.0.0.1");
  acks.listen(0, "127.0.0.1");
  await Promise.all([once(events, "listening"), once(acks, "listening")]);
  return {
    events,
    acks,
    origin: `http://127.0.0.1:${(events.address() as AddressInfo).port}`,
    ackPort: (acks.address() as AddressInfo).port,
  };
}

describe.each(RUNTIMES)("$name", ENDS_AT_ONCE, ({ name, node }) => {
  test.each(["fetch", "node:http"])("%s", async (reader) => {
    const { events, acks, origin, ackPort } = await stepwiseServer();
    try {
      const service = serviceName("sse", reader, name);
      const env = {
        ORIGIN: origin,
        ACK_PORT: String(ackPort),
        READER: reader,
        INPOOLING_ENDPOINT: collector.otlp,
        OTEL_SERVICE_NAME: service,
      };
      const bare = await runProgram("sse-client.mjs", { node, env });
      const recorded = await runProgram("sse-client.mjs", { node, env, flags: RECORDED });
      expect(bare).toMatchObject({ code: 0, stderr: "" });
      expect(recorded).toEqual(bare);
      expect((JSON.parse(bare.stdout) as number[]).length).toBe(EVENTS.length);
      const [call] = await collector.details(`service:${service}`, 1);
      expect(call?.response.body).toBe(EVENTS.join(""));
      expect(call?.response.bodyTruncated).toBe(false);
    } finally {
      events.closeAllConnections();
      events.close();
      acks.close();
    }
  });
});
