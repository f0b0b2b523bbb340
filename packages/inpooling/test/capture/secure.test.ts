import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Recorded } from "./recorder.ts";
import { runProgram, runtimes } from "./runtimes.ts";

const tls = fileURLToPath(new URL("../../../../test/pipeline/tls", import.meta.url));

describe.each(Object.entries(runtimes))("TLS and HTTP/2 under %s", (name, node) => {
  it("records heads, bodies and the protocol of each connection", async () => {
    process.env["NODE_EXTRA_CA_CERTS"] = `${tls}/ca.pem`;
    const { texts, errors, calls } = JSON.parse(await runProgram(node, "secure.ts", tls)) as {
      texts: string[];
      errors: string[];
      calls: Recorded[];
    };
    expect(errors).toEqual([]);
    expect(texts).toEqual(["got fetched", "got requested", "got "]);
    // fetch of Node 26 negotiates HTTP/2 by itself.
    const protocols = [name === "Node 26" ? "2" : "1.1", "2", "1.1"];
    expect(calls.map(({ start }) => start.client)).toEqual(["fetch", "undici", "node:https"]);
    for (const [index, call] of calls.entries()) {
      expect(call).toMatchObject({ outcome: "complete", status: 201, responseBody: texts[index], requestEnds: 1 });
      expect(call.start.url).toMatch(/^https:\/\/localhost:\d+\/path\?q=1$/);
      expect(call.network[0]).toBe(protocols[index]);
      expect(Number(call.network[3])).toBeGreaterThan(0);
      const fields = Object.fromEntries(
        call.fields.flatMap((field, at) => (at % 2 === 0 ? [[field.toLowerCase(), call.fields[at + 1]]] : [])),
      );
      expect(fields).toMatchObject({ "content-type": "text/plain", "set-cookie": "b=2" });
      expect(call.fields.filter((field) => field.toLowerCase() === "set-cookie")).toHaveLength(2);
      expect(call.fields.some((field) => field.startsWith(":"))).toBe(false);
    }
    expect(calls.map(({ requestBody }) => requestBody)).toEqual(["fetched", "requested", ""]);
    expect(calls[1]?.head).toContain("x-mine: 1\r\n");
  });
});
