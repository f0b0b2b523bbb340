// One call to ORIGIN through CLIENT, then the ENDING.
import http from "node:http";
import { writeSync } from "node:fs";

const { ORIGIN, CLIENT = "fetch", ENDING = "falls-off" } = process.env;
const url = `${ORIGIN}/v1/things?page=2`;
const body = JSON.stringify({ question: "why" });

async function call() {
  if (CLIENT === "fetch") return (await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } })).text();
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: "POST", headers: { "content-type": "application/json" } }, (response) => {
      let text = "";
      response
        .setEncoding("utf8")
        .on("data", (chunk) => (text += chunk))
        .on("end", () => resolve(text));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const text = await call();
writeSync(1, text);
if (ENDING === "exit-3") process.exit(3);
if (ENDING === "uncaught")
  setImmediate(() => {
    throw new Error("on purpose");
  });
if (ENDING === "rejection") void Promise.reject(new Error("on purpose"));
if (ENDING === "own-sigterm") process.on("SIGTERM", () => process.exit(9));
if (ENDING.endsWith("sigterm")) {
  process.kill(process.pid, "SIGTERM");
  setInterval(() => {}, 1000);
}
