// Acceptance 8: no planted secret is in any byte that leaves the process towards the collector.
import { describe, expect, test } from "vitest";
import { RECORDED, runProgram } from "./harness/program.ts";
import { RUNTIMES } from "./harness/runtimes.ts";
import { startSinkServer } from "./harness/sink-server.ts";

/** The forms in which a word could leave: as it is, base64 at each of the three alignments, percent-encoded, reversed case. */
function forms(word: string): Buffer[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.from("\0".repeat(shift) + word).toString("base64");
    // Characters that mix with neighbours are cut off at both ends.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  const hex = Buffer.from(word).toString("hex");
  return [word, ...aligned, hex].map((form) => Buffer.from(form));
}

describe.each(RUNTIMES)("$name", ({ node }) => {
  test("40 canaries stay in the process", async () => {
    await using sink = await startSinkServer();
    const ended = await runProgram("canaries.mjs", { node, flags: RECORDED, env: { INPOOLING_ENDPOINT: sink.origin } });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const { words, cards } = JSON.parse(ended.stdout) as { words: string[]; cards: string[] };
    expect(words.length).toBeGreaterThanOrEqual(40);

    const left = Buffer.concat(sink.posts.flatMap(({ headers, body }) => [Buffer.from(JSON.stringify(headers)), body]));
    expect(left.includes("author")).toBe(true);
    expect(left.includes("[redacted:")).toBe(true);
    const leaked = words.filter((word) => forms(word).some((form) => left.includes(form)));
    expect(leaked).toEqual([]);
    // Half a secret is a leak too: the canary's number is its first part.
    expect(words.filter((word) => left.includes(word.slice(0, 10)))).toEqual([]);
    for (const card of cards) expect(left.includes(card), card).toBe(false);
  });
});
