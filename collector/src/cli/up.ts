import type { Call, Command } from "./command.ts";
import { wholeNumber } from "./flags.ts";
import { Problem } from "./problem.ts";

const usual = { data: ".inpooling", host: "127.0.0.1", otlpPort: 4318, pagePort: 4380 } as const;

const storeAddress = /^(?:clickhouse|https?):\/\/[^/\s]+/;

async function up(call: Call): Promise<number> {
  if (call.flags.has("json"))
    throw new Problem(
      "inpooling up writes no JSON",
      "When it is ready it writes one line to standard output, made for programs: inpooling ready page=… otlp=… data=…",
    );
  const store = call.flags.get("store");
  if (store !== undefined && !storeAddress.test(store)) {
    throw new Problem(
      `--store is ${JSON.stringify(store.replace(/\/\/[^@/]*@/, "//…@"))}`,
      "Write the address of a ClickHouse server's HTTP interface: --store http://user@host:8123/database. Without it the embedded store is used.",
    );
  }
  const host = call.flags.get("host") ?? usual.host;
  if (/[/\s]|:\d+$/.test(host) && !/^[0-9a-f:.%]+$/i.test(host))
    throw new Problem(`--host is ${JSON.stringify(host)}`, "It is an address or a name alone; ports have flags of their own.");
  const { runUp } = await import("../up.ts");
  return runUp({
    data: call.flags.get("data") ?? usual.data,
    host,
    otlpPort: wholeNumber(call, "otlp-port", 0, 65_535) ?? usual.otlpPort,
    pagePort: wholeNumber(call, "page-port", 0, 65_535) ?? usual.pagePort,
    store,
  });
}

export const upCommand: Command = {
  name: "up",
  about: "start the collector: receive, keep, answer, show",
  usage: "[flags]",
  words: [0, 0],
  flags: {
    data: { value: "DIR", about: `folder of everything that is kept (${usual.data})` },
    "otlp-port": { value: "N", about: `where services send to, OTLP over HTTP; 0 takes a free one (${usual.otlpPort})` },
    "page-port": { value: "N", about: `page and query API; 0 takes a free one (${usual.pagePort})` },
    host: { value: "ADDRESS", about: `address or name to listen on (${usual.host}: this machine only)` },
    store: { value: "URL", about: "a ClickHouse server, http://user@host:8123/database (embedded store)" },
    "grpc-port": { value: "N", about: "OTLP over gRPC", later: true },
    "gateway-port": { value: "N", about: "endpoint redirection", later: true },
    config: { value: "FILE", about: "inpooling.yaml", later: true },
  },
  more: () => `When it is ready it writes one line to standard output:
  inpooling ready page=http://127.0.0.1:4380 otlp=http://127.0.0.1:4318 data=DIR
Ctrl-C stops it; what was received is kept.`,
  run: up,
};
