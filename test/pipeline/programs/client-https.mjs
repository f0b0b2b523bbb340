import { request } from "node:https";
import { performRest } from "./payload.mjs";

await performRest(
  (method, target, body) =>
    new Promise((resolve, reject) => {
      const sent = request(
        process.env.ORIGIN + target,
        { method, headers: body === undefined ? {} : { "content-type": "application/json" } },
        (answer) => {
          answer.on("error", reject);
          answer.on("end", resolve);
          answer.resume();
        },
      );
      sent.on("error", reject);
      sent.end(body);
    }),
);
