import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (name: string): string => readFileSync(fileURLToPath(new URL(`../tls/${name}`, import.meta.url)), "utf8");

/** Certificates made for this suite: a CA, a server of `localhost` and 127.0.0.1, a client, and one of nobody's. */
export const tls = {
  ca: file("ca.pem"),
  server: { key: file("server.key"), cert: file("server.pem") },
  foreign: { key: file("foreign.key"), cert: file("foreign.pem") },
  client: { key: file("client.key"), cert: file("client.pem") },
} as const;
