import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { TestServer } from "../test-server.ts";

describe("the page", () => {
  const folder = (): string => {
    const root = mkdtempSync(join(tmpdir(), "inpooling-page-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const dir = join(root, "page");
    mkdirSync(join(dir, "assets"), { recursive: true });
    writeFileSync(join(dir, "index.html"), "<!doctype html><title>page</title>");
    writeFileSync(join(dir, "assets/main-Ab12Cd34.js"), `console.log(1);${" ".repeat(3000)}`);
    writeFileSync(join(dir, "icon.svg"), "<svg/>");
    writeFileSync(join(root, "secret.txt"), "secret");
    symlinkSync(join(root, "secret.txt"), join(dir, "link.txt"));
    return dir;
  };

  test("is served with a policy that lets nothing else in", async () => {
    const server = await TestServer.start({ pageDir: folder() });
    const { status, text, headers } = await server.ask("/");
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "text/html; charset=utf-8", "no-cache"]);
    expect(text).toContain("<title>page");
    const policy = headers["content-security-policy"];
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(policy).toContain(rule);
    expect((await server.ask("/calls/abc")).text).toBe(text);
    expect((await server.ask("/", { "if-none-match": headers.etag ?? "" })).status).toBe(304);
  });

  test("hashed files are kept for ever, and compressed", async () => {
    const server = await TestServer.start({ pageDir: folder() });
    const { headers, body } = await server.ask("/assets/main-Ab12Cd34.js", { "accept-encoding": "gzip, br" });
    expect(headers["cache-control"]).toContain("immutable");
    expect(headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(body).toString()).toContain("console.log(1)");
    expect((await server.ask("/icon.svg")).headers["cache-control"]).toBe("no-cache");
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/link.txt",
    "/%00",
    "/assets",
    "/assets/",
    "/.hidden",
    "/%E0%A4%A",
    "/C:%5Csecret.txt",
    `/${"a".repeat(3000)}`,
  ])("%s leads nowhere", async (path) => {
    const server = await TestServer.start({ pageDir: folder() });
    const { status, text } = await server.ask(path);
    expect(status).toBe(404);
    expect(text).not.toContain("secret\n");
    expect(text).not.toBe("secret");
  });

  test("that is not built says how to build it", async () => {
    const server = await TestServer.start();
    const { status, text } = await server.ask("/");
    expect(status).toBe(503);
    expect(text).toContain("pnpm build");
  });
});
