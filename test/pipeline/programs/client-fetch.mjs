import { performRest } from "./payload.mjs";

await performRest(async (method, target, body) => {
  const answer = await fetch(process.env.ORIGIN + target, {
    method,
    ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
  });
  await answer.text();
});
