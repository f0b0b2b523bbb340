// COUNT calls, PAUSE_MS apart, each with its number in the body; prints what the application got.
import { setTimeout as delay } from "node:timers/promises";

const { ORIGIN, COUNT = "20", PAUSE_MS = "5" } = process.env;
const results = [];
for (let n = 0; n < Number(COUNT); n++) {
  const answer = await fetch(`${ORIGIN}/api/v2/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ customer: `order-${n}`, items: [{ n }] }),
  });
  results.push([answer.status, (await answer.json()).items[0].n]);
  await delay(Number(PAUSE_MS));
}
process.stdout.write(JSON.stringify(results));
// HOLD keeps the process until its standard input ends, so that delivery can go on.
if (process.env.HOLD === "1") {
  process.stdout.write("\n");
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once("end", resolve));
}
