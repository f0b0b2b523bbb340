// The command as a process of its own against a real query server, over an in-memory store.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { callId } from "#record";
import { describe, expect, onTestFinished, test } from "vitest";
import { StoreUnavailable } from "../../src/store/store.ts";
import { makeCall, message } from "../query/memory-reader.ts";
import { TestServer } from "../query/test-server.ts";
import { CommandLine, inpooling } from "./command-line.ts";

describe("help", () => {
  test("help lists the commands, each command its flags", async () => {
    const [help, none, query, again] = await Promise.all([
      inpooling("help"),
      inpooling(),
      inpooling("query", "--help"),
      inpooling("help", "query"),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const word of ["up", "query", "show", "tail"]) expect(help.stdout).toMatch(new RegExp(`^  ${word} `, "m"));
    expect(none.stdout).toBe(help.stdout);
    expect(query.stdout).toContain("--limit N");
    expect(query.stdout).toContain("host:*.stripe.com");
    expect(again.stdout).toBe(query.stdout);
  });

  test("bad use ends with code 2 and a message, nothing on standard output", async () => {
    expect(await inpooling("up", "--dta", "x")).toEqual({
      code: 2,
      stdout: "",
      stderr: "inpooling up: inpooling up has no flag --dta\nDid you mean --data? inpooling up --help lists its flags.\n",
    });
  });

  test("the version", async () =>
    expect(await inpooling("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string }));
});

async function started(
  ...calls: Parameters<typeof makeCall>[0][]
): Promise<{ server: TestServer; ids: string[]; run: (...args: string[]) => ReturnType<typeof inpooling> }> {
  const server = await TestServer.start();
  const made = calls.map((call) => makeCall(call));
  server.reader.accept(made);
  return { server, ids: made.map((call) => callId(call)), run: (word = "", ...args) => inpooling(word, "--url", server.origin, ...args) };
}

describe("query", () => {
  test("a table of what matches, newest first, filter in several words", async () => {
    const { run, ids } = await started({ status: 500 }, { status: 200 }, { status: 503, method: "GET", outcome: "aborted" });
    const { code, stdout } = await run("query", "status:>=500", "-host:other.test");
    expect(code).toBe(0);
    const [head, ...rows] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^TIME +CODE +METHOD +HOST +PATH +TOOK +SIZE +SERVICE +ID$/);
    expect(rows.map((row) => row.slice(-29))).toEqual([ids[2], ids[0]]);
    expect(rows[0]).toMatch(/503 abort +GET +api\.stripe\.com +\/v1\/charges\?expand=customer +232 ms +25 B +checkout/);
    expect(stdout).not.toContain("\u001b");
  });

  test("NDJSON for programs is what the API says", async () => {
    const { run, server } = await started({}, { url: "https://a.test/\u202e\u009b" });
    const { stdout } = await run("query", "--json");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(((await server.ask("/api/calls")).json as { calls: unknown[] }).calls);
    expect(stdout).toMatch(/^[\n -~]*$/);
  });

  test("--all goes through every page, --limit stops early", async () => {
    const { run } = await started(...Array.from({ length: 2100 }, () => ({})));
    expect((await run("query", "--all", "--json")).stdout.trimEnd().split("\n").length).toBe(2100);
    const few = await run("query", "--limit", "7");
    expect(few.stdout.trimEnd().split("\n").length).toBe(8);
    expect(few.stderr).toContain("--all");
  });

  test("nothing found is said on standard error only", async () => {
    const { run } = await started({});
    expect(await run("query", "status:999")).toEqual({ code: 0, stdout: "", stderr: "No stored call matches.\n" });
    expect(await run("query", "--json", "status:999")).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("a wrong filter is underlined", async () => {
    const { run } = await started();
    const { code, stderr } = await run("query", "status:500 hots:x");
    expect(code).toBe(2);
    expect(stderr).toBe(
      'inpooling query: There is no field "hots"\n  status:500 hots:x\n             ^^^^\nDid you mean host? To search for the text, quote it: "hots:x"\n',
    );
  });

  test("a hostile call cannot act on the terminal", async () => {
    const { run } = await started({
      url: "https://a.test/\u001b]0;pwned\u0007\u202e",
      host: "a\u001b[2Jb",
      resource: { serviceName: "x\ny", serviceVersion: "", environment: "", attributes: {} },
    });
    const { stdout } = await run("query");
    expect(stdout.trimEnd().split("\n").length).toBe(2);
    for (const char of ["\u001b", "\u0007", "\u202e"]) expect(stdout).not.toContain(char);
    expect(stdout).toContain("a␛[2Jb");
  });

  test("a store that does not answer, and something that is no collector", async () => {
    const { run, server } = await started();
    server.reader.failure = new StoreUnavailable("The database is starting");
    expect(await run("query")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/database is starting\nAsk again/) as string,
    });
    const other = createServer((_req, res) => res.writeHead(404).end("nginx")).listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once("listening", resolve));
    const { code, stderr } = await inpooling("query", "--url", `http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is no Inpooling collector/)]);
  });

  test("a collector behind a path of a reverse proxy", async () => {
    const { server } = await started({});
    const proxy = createServer((req, res) => {
      void server
        .ask((req.url ?? "").replace(/^\/tools\/calls/, ""))
        .then((answer) => res.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body));
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void proxy.close());
    await new Promise((resolve) => proxy.once("listening", resolve));
    const { code, stdout } = await inpooling(
      "query",
      "--json",
      "--url",
      `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/tools/calls`,
    );
    expect([code, stdout.trimEnd().split("\n").length]).toEqual([0, 1]);
  });

  test("a reader that has seen enough is no failure", async () => {
    const { server } = await started(...Array.from({ length: 3000 }, () => ({ url: `https://a.test/${"x".repeat(500)}` })));
    const command = new CommandLine(["query", "--url", server.origin, "--all"]);
    command.process.stdout.once("data", () => command.process.stdout.destroy());
    expect(await command.end()).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("show", () => {
  const declined = {
    status: 402,
    statusText: "Payment Required",
    errorType: "402",
    attempt: 2,
    previous: { traceId: "a".repeat(32), spanId: "c".repeat(16) },
    errors: [
      { name: "Error", code: "", message: "outer" },
      { name: "Error", code: "ECONNRESET", message: "socket hang up" },
    ],
    request: message('{"amount":1,"note":"\\u001b[2J"}', [
      ["Authorization", "[redacted:header-name]"],
      ["Content-Type", "application/json"],
    ]),
    response: message('{"error":{"code":"card_declined"}}', [["X-Evil", "a\u001b[31mb"]]),
    redacted: ["request.header.authorization:header-name"],
    dropped: ["response.body:limit"],
  };

  test("everything about a call, for people", async () => {
    const { run, ids } = await started(declined);
    const { code, stdout } = await run("show", ids[0] ?? "");
    expect(code).toBe(0);
    for (const part of [
      "POST https://api.stripe.com/v1/charges?expand=customer",
      "402 Payment Required in 232 ms",
      "402: outer",
      "ECONNRESET: socket hang up",
      "2, after span cccccccccccccccc",
      "connected 3.10 ms · first byte 220 ms",
      "checkout 1.4.2",
      "src/pay.ts:12:5",
      "order=42",
      ids[0] ?? "",
      "Authorization: [redacted:header-name]",
      '      "code": "card_declined"',
      "X-Evil: a␛[31mb",
      "Redacted before it was recorded\n  request.header.authorization:header-name",
      "Not kept\n  response.body:limit",
    ])
      expect(stdout).toContain(part);
    expect(stdout).not.toContain("\u001b");
  });

  test("the bodies as they are, for files and pipes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const { server, ids } = await started({ response: message(bytes) });
    const command = new CommandLine(["show", "--url", server.origin, ids[0] ?? "", "--response"]);
    command.process.stdout.setEncoding("latin1");
    expect([...Buffer.from((await command.end()).stdout, "latin1")]).toEqual([...bytes]);
    const { run } = await started();
    expect((await run("show", "0".repeat(12) + "-" + "0".repeat(16), "--request")).code).toBe(2);
  });

  test("a message without content writes nothing", async () => {
    const { run, ids } = await started({ request: message("") });
    expect(await run("show", ids[0] ?? "", "--request")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/No request body is kept/) as string,
    });
  });

  test("as curl, placeholders kept and pointed at", async () => {
    const { run, ids } = await started(declined);
    const { stdout, stderr } = await run("show", ids[0] ?? "", "--curl");
    expect(stdout).toContain("curl 'https://api.stripe.com/v1/charges?expand=customer' \\\n  -H 'Authorization: [redacted:header-name]'");
    expect(stderr).toMatch(/replace each \[redacted/);
  });

  test("as JSON", async () => {
    const { run, ids, server } = await started(declined);
    expect(JSON.parse((await run("show", ids[0] ?? "", "--json")).stdout)).toEqual((await server.ask(`/api/calls/${ids[0]}`)).json);
  });

  test("by span id, by trace id; several calls of a trace are listed", async () => {
    const { run, ids } = await started(
      { traceId: "e".repeat(32), spanId: "1".repeat(16) },
      { traceId: "e".repeat(32), spanId: "2".repeat(16) },
    );
    expect((await run("show", "1".repeat(16))).stdout).toContain(ids[0]);
    const both = await run("show", "E".repeat(32));
    expect(both.stdout.trimEnd().split("\n").length).toBe(3);
    expect(both.stderr).toContain("2 calls have this trace id");
    expect(await run("show", "d".repeat(32))).toMatchObject({ code: 2, stderr: expect.stringMatching(/No stored call/) as string });
  });

  test("an event stream of a language model is put together", async () => {
    const body = ["Hel", "lo"].map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`).join("");
    const { run, ids } = await started({ response: message(body, [["content-type", "text/event-stream"]]) });
    expect((await run("show", ids[0] ?? "")).stdout).toMatch(/The answer put together:\n {2}Hello/);
  });
});

describe("tail", () => {
  test("shows calls as they come in and ends with Ctrl-C", async () => {
    const { server } = await started();
    const command = new CommandLine(["tail", "--url", server.origin, "status:>=500"]);
    await command.until(() => command.stderr.includes("Watching"));
    const calls = [makeCall({ status: 200 }), makeCall({ status: 503 })];
    server.reader.accept(calls);
    await command.until(() => command.stdout.includes(callId(calls[1] ?? makeCall())));
    command.process.kill("SIGINT");
    const { code, stdout } = await command.end();
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBe(2);
  });

  test("NDJSON, and an end after so many calls", async () => {
    const { server } = await started();
    const command = new CommandLine(["tail", "--url", server.origin, "--json", "--limit", "2"]);
    await command.until(() => command.stderr.includes("Watching"));
    const calls = [makeCall(), makeCall(), makeCall()];
    server.reader.accept(calls);
    const { code, stdout } = await command.end();
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual(calls.slice(0, 2).map((call) => callId(call)));
  });

  test("comes back after the connection broke", async () => {
    const { server } = await started();
    const command = new CommandLine(["tail", "--url", server.origin, "--json"]);
    await command.until(() => command.stderr.includes("Watching"));
    await server.close();
    await command.until(() => command.stderr.includes("trying again"));
    await TestServer.start({ port: server.port }, server.reader);
    await command.until(() => command.stderr.includes("Connected again"));
    const call = makeCall();
    server.reader.accept([call]);
    await command.until(() => command.stdout.includes(callId(call)));
    command.process.kill("SIGTERM");
    expect((await command.end()).code).toBe(0);
  });

  test("a wrong filter ends it", async () => {
    const { run } = await started();
    expect(await run("tail", "(")).toMatchObject({ code: 2, stderr: expect.stringMatching(/not closed\n {2}\(\n {2}\^/) as string });
  });
});
