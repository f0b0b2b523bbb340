import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallJson, MessageJson } from "../../../src/query/api.ts";
import { shellQuote, toCurl } from "../../../src/query/present/curl.ts";

const request = (more: Partial<MessageJson> = {}): MessageJson => ({
  headers: [],
  body: null,
  bodySize: 0,
  bodyTruncated: false,
  bodySha256: null,
  chunks: [],
  ...more,
});
const call = (more: Partial<Pick<CallJson, "method" | "url" | "request">> = {}): Pick<CallJson, "method" | "url" | "request"> => ({
  method: "GET",
  url: "https://api.test/v1",
  request: request(),
  ...more,
});

/** The arguments that a real shell makes of a command line, with curl replaced by a function that prints them. */
function argumentsOf(command: string): string[] {
  const done = spawnSync("bash", ["--norc", "-c", `curl() { printf '%s\\0' "$@"; }\n${command}`], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
  });
  expect(done.stderr.toString()).toBe("");
  return done.stdout.toString("utf8").split("\0").slice(0, -1);
}

describe("through a real shell", () => {
  test("nothing of a payload is run or changed", () => {
    const nasty = `'; rm -rf / #\`id\`$(id)\\"!!\n\ttab 'it''s' é \u001b[31m \u202e`;
    const { command } = toCurl(
      call({
        method: "PATCH",
        url: "https://api.test/v1?a=b&c='x'",
        request: request({
          headers: [
            ["X-Note", nasty.replaceAll("\n", " ")],
            ["X-Empty", ""],
          ],
          body: nasty,
        }),
      }),
    );
    expect(argumentsOf(command)).toEqual([
      "-X",
      "PATCH",
      "https://api.test/v1?a=b&c='x'",
      "-H",
      `X-Note: ${nasty.replaceAll("\n", " ")}`,
      "-H",
      "X-Empty;",
      "--data-raw",
      nasty,
      "-H",
      "Content-Type:",
    ]);
    for (const char of ["\u001b", "\u202e"]) expect(command).not.toContain(char);
  });

  test("any text is one argument, the same text", () => {
    const texts = fc.sample(
      fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.replaceAll("\0", "")),
      300,
    );
    const all = texts.filter((text) => text.isWellFormed());
    expect(argumentsOf(`curl ${all.map((text) => shellQuote(text)).join(" ")}`)).toEqual(all);
  });
});

describe("what the command says", () => {
  test("a plain GET is short", () => expect(toCurl(call()).command).toBe("curl https://api.test/v1"));
  test("POST with a body needs no -X", () => {
    const { command } = toCurl(
      call({ method: "POST", request: request({ headers: [["Content-Type", "application/json"]], body: '{"a":1}' }) }),
    );
    expect(command).toBe(`curl https://api.test/v1 \\\n  -H 'Content-Type: application/json' \\\n  --data-raw '{"a":1}'`);
  });
  test("HEAD, DELETE, GET with a body, POST without one", () => {
    expect(toCurl(call({ method: "HEAD" })).command).toContain("-I ");
    expect(toCurl(call({ method: "DELETE" })).command).toContain("-X DELETE ");
    expect(toCurl(call({ request: request({ body: "x" }) })).command).toContain("-X GET ");
    expect(toCurl(call({ method: "POST" })).command).toContain("-X POST ");
  });
  test("brackets and braces in a URL are no patterns", () =>
    expect(toCurl(call({ url: "https://api.test/?a[]={b}" })).command).toContain("-g "));
  test("fields of the old connection are left out, a coding is asked for again", () => {
    const headers: [string, string][] = [
      ["Host", "x"],
      ["Content-Length", "5"],
      ["Connection", "close"],
      ["Accept-Encoding", "gzip"],
      ["Content-Encoding", "gzip"],
      [":authority", "x"],
      ["Accept", "*/*"],
    ];
    expect(toCurl(call({ request: request({ headers }) })).command).toBe(
      "curl https://api.test/v1 \\\n  -H 'Accept: */*' \\\n  --compressed",
    );
  });
  test("redacted values stay and are pointed at", () => {
    const { command, notes } = toCurl(call({ request: request({ headers: [["Authorization", "[redacted:header-name]"]] }) }));
    expect(command).toContain("-H 'Authorization: [redacted:header-name]'");
    expect(notes[0]).toMatch(/replace each \[redacted/);
  });
  test("binary and long bodies come from a file, a cut one is said", () => {
    expect(toCurl(call({ method: "POST", request: request({ bodyBase64: "AAE=" }) }))).toMatchObject({
      command: expect.stringContaining("--data-binary @body.bin") as string,
      notes: [expect.stringMatching(/download/)],
    });
    expect(toCurl(call({ method: "POST", request: request({ body: "x".repeat(200_000) }) })).command).toContain("@body.bin");
    expect(toCurl(call({ method: "POST", request: request({ body: "x", bodyTruncated: true, bodySize: 9 }) })).notes[0]).toMatch(
      /Only a part.*9 bytes/,
    );
  });
});
