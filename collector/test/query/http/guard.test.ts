import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { TestServer } from "../test-server.ts";

const errorOf = (json: unknown): { code: string; message: string; remedy?: string; start?: number; end?: number } =>
  (json as { error: { code: string; message: string } }).error;

describe("other sites", () => {
  test.each([
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "a b",
    "127.0.0.1@evil.example",
    "192.168.1.5",
  ])("Host %j gets nothing", async (host) => {
    const server = await TestServer.start();
    for (const path of ["/", "/api/calls", "/api/tail", "/healthz", "/calls/x"]) {
      const { status, json } = await server.ask(path, { host });
      expect([path, status]).toEqual([path, 403]);
      expect(errorOf(json)).toMatchObject({ code: "forbidden", remedy: expect.stringContaining("--host") as string });
    }
  });

  test.each(["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:4380", "app.localhost", "localhost."])("Host %s is ours", async (host) => {
    const server = await TestServer.start();
    expect((await server.ask("/api/calls", { host })).status).toBe(200);
  });

  test("a request that names no host gets nothing", async () => {
    const server = await TestServer.start();
    const socket = connect(server.port, "127.0.0.1").end("GET /api/calls HTTP/1.0\r\n\r\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  test("a configured name is ours; so is an address when listening everywhere", async () => {
    const named = await TestServer.start({ allowedHosts: ["calls.internal"] });
    expect((await named.ask("/api/calls", { host: "calls.internal:4380" })).status).toBe(200);
    const everywhere = await TestServer.start({ host: "0.0.0.0" });
    expect((await everywhere.ask("/api/calls", { host: "192.168.1.5:4380" })).status).toBe(200);
    expect((await everywhere.ask("/api/calls", { host: "evil.example" })).status).toBe(403);
  });

  test("a foreign Origin or a cross-site request gets nothing; links to the page work", async () => {
    const server = await TestServer.start();
    const host = `127.0.0.1:${server.port}`;
    for (const origin of ["http://evil.example", "null", `http://127.0.0.1:${server.port + 1}`, "https://127.0.0.1"])
      expect((await server.ask("/api/calls", { host, origin })).status, origin).toBe(403);
    expect((await server.ask("/api/calls", { host, origin: `http://${host}` })).status).toBe(200);
    expect((await server.ask("/api/calls", { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await server.ask("/api/calls", { "sec-fetch-site": "same-origin" })).status).toBe(200);
    expect((await server.ask("/", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).status).toBe(503);
  });

  test("a token, where one is set", async () => {
    const server = await TestServer.start({ token: "s3cret" });
    const refused = await server.ask("/api/calls");
    expect([refused.status, errorOf(refused.json).code]).toEqual([401, "unauthorized"]);
    expect((await server.ask("/api/calls", { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await server.ask("/api/calls", { authorization: "Bearer s3cret" })).status).toBe(200);
    expect((await server.ask("/healthz")).status).toBe(200);
    const login = await server.ask("/?token=s3cret&q=a");
    expect([login.status, login.headers.location]).toEqual([303, "/?q=a"]);
    const cookie = login.headers["set-cookie"]?.[0] ?? "";
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await server.ask("/api/calls", { cookie: cookie.split(";")[0] ?? "" })).status).toBe(200);
    expect((await server.ask("//evil.example/?token=s3cret")).headers.location).toBe("/evil.example/");
    expect((await server.ask("/?token=wrong")).status).toBe(503);
  });
});
