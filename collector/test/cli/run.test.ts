import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { Terminal } from "../../src/cli/terminal.ts";

/** A command line without a process of its own. */
async function inProcess(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written): Writable =>
    new Writable({ write: (chunk, _encoding, done) => ((written[name] += String(chunk)), done()) });
  const code = await run(args, new Terminal(stream("stdout"), stream("stderr"), {}));
  return { code, ...written };
}

describe("bad use", () => {
  test.each<[string[], RegExp[]]>([
    [["quary"], [/no command quary/, /inpooling query/]],
    [["--verison"], [/--verison/]],
    [["stats"], [/stats is not in this version/]],
    [
      ["up", "--dta", "x"],
      [/no flag --dta/, /--data/],
    ],
    [["up", "--grpc-port", "1"], [/--grpc-port is not in this version/]],
    [
      ["up", "--otlp-port", "99999"],
      [/--otlp-port is "99999"/, /0 to 65535/],
    ],
    [
      ["up", "--store", "postgres://u:secret@h"],
      [/--store/, /8123/],
    ],
    [["up", "extra"], [/"extra"/]],
    [["up", "-p", "1"], [/no flag -p/]],
    [["query", "--limit"], [/--limit needs a value/]],
    [["query", "--limit", "--json"], [/--limit needs a value/]],
    [["query", "--limit", "ten"], [/--limit is "ten"/]],
    [["query", "--limit", "5", "--all"], [/contradict/]],
    [["query", "--json=yes"], [/--json takes no value/]],
    [
      ["query", "--url", "nonsense"],
      [/--url is "nonsense"/, /127\.0\.0\.1:4380/],
    ],
    [["show"], [/needs <id>/]],
    [
      ["show", "xyz"],
      [/"xyz" is not the id/, /inpooling query/],
    ],
    [["show", "a", "b"], [/"b"/]],
    [["show", "--curl", "--json", `${"0".repeat(12)}-${"0".repeat(16)}`], [/contradict/]],
    [
      ["query", "--url", "http://127.0.0.1:9"],
      [/No collector answers at http:\/\/127\.0\.0\.1:9/, /inpooling up/],
    ],
    [
      ["tail", "--url", "http://127.0.0.1:9"],
      [/No collector answers/, /inpooling up/],
    ],
  ])("%j is refused with what to do", async (args, messages) => {
    const { code, stdout, stderr } = await inProcess(args);
    expect([code, stdout]).toEqual([2, ""]);
    for (const one of messages) expect(stderr).toMatch(one);
    expect(stderr).not.toMatch(/secret|^\s+at /m);
  });
});
