// The transparency suite from a terminal: `pnpm compliance --tool inpooling [--tool …] [--node 24] [--case text] [--install]`.
import { parseArgs } from "node:util";
import { groups } from "./cases/index.ts";
import { BareRuns, measure } from "./suite/measure.ts";
import { toolNamed } from "./suite/tools.ts";
import { RUNTIMES } from "../pipeline/harness/runtimes.ts";

const { values } = parseArgs({ options: { tool: { type: "string", multiple: true }, node: { type: "string", default: "24" }, case: { type: "string", default: "" }, verbose: { type: "boolean", default: false } } });
const node = RUNTIMES.find(({ name }) => name === `Node ${values.node}`)?.node ?? process.execPath;
const cases = groups.flatMap(({ cases }) => cases).filter(({ name }) => name.includes(values.case));
const bare = new BareRuns(node);
console.time("bare");
await bare.run(cases);
console.timeEnd("bare");
console.log("broken", bare.broken());
for (const name of values.tool ?? ["bare", "inpooling"]) {
  console.time(name);
  const verdicts = await measure(toolNamed(name), node, cases, bare);
  console.timeEnd(name);
  if (values.verbose) for (const { ran } of verdicts) console.dir(ran, { depth: 6, maxStringLength: 300 });
  for (const { name: one, difference, record } of verdicts) if (difference !== undefined || (record !== undefined && record !== "")) console.log(`- ${one}\n    ${difference ?? "same"}\n    ${record}`);
}
