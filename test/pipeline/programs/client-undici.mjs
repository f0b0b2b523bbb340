import { request } from "undici";
import { performRest } from "./payload.mjs";

await performRest(async (method, target, body) => {
  const answer = await request(process.env.ORIGIN + target, {
    method,
    body,
    headers: body === undefined ? {} : { "content-type": "application/json" },
  });
  await answer.body.text();
});
