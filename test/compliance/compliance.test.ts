// Invariant 1, "the application never notices": every case of the suite, bare and under Inpooling, on every runtime.
import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../pipeline/harness/runtimes.ts";
import { loadGroups } from "./cases/index.ts";
import { BareRuns, measure } from "./suite/measure.ts";
import { casesFor } from "./suite/selection.ts";
import { toolNamed } from "./suite/tools.ts";

const groups = await loadGroups();

describe.each(RUNTIMES)("$name", ({ node, name }) => {
  const cases = casesFor(groups, Number(name.replace("Node ", "")));

  test("nothing changes for application and server, and the record is whole", { timeout: 120_000 }, async () => {
    const bare = new BareRuns(node);
    const inpooling = toolNamed("inpooling");
    await bare.run(cases);
    expect(bare.broken(), "cases that hang or die without any tool").toEqual([]);
    const verdicts = await measure(inpooling, node, cases, bare);
    const differing = verdicts
      .filter(({ difference }) => difference !== undefined)
      .map((verdict) => `${verdict.name}: ${verdict.difference}`);
    expect(differing, "what an application or its server could tell").toEqual([]);
    const lacking = verdicts.filter(({ record }) => record !== undefined).map((verdict) => `${verdict.name}: ${verdict.record}`);
    expect(lacking, "what the records lack").toEqual([]);
    expect(
      verdicts.flatMap(({ propagated }) => propagated),
      "fields added to requests",
    ).toEqual([]);
  });
});
