// The shop as a program. Settings: SUPERAPI_URL, SHOP_PAUSE_MS (pause between errands, default 600).
import { keepShop } from "./suppliers.ts";

const origin = process.env["SUPERAPI_URL"];
if (origin === undefined) {
  console.error("shop: set SUPERAPI_URL to the address that SuperApi printed, e.g. http://127.0.0.1:4400");
  process.exit(2);
}
const closing = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => closing.abort());
await keepShop(origin, Number(process.env["SHOP_PAUSE_MS"] ?? 600), closing.signal);
