import got from "got";
import { performRest } from "./payload.mjs";

await performRest((method, target, body) =>
  got(process.env.ORIGIN + target, {
    method,
    body,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    throwHttpErrors: false,
    retry: { limit: 0 },
  }).text(),
);
await got(`${process.env.ORIGIN}/api/v2/flaky`, { retry: { limit: 3 } }).json();
