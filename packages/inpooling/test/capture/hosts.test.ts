import { describe, expect, it } from "vitest";
import { hostFilter } from "../../src/capture/hosts.ts";

describe("hostFilter", () => {
  it("knows names, everything below a name, and ports", () => {
    const ignores = hostFilter(["API.example.com", "*.internal", "localhost:4318", "[::1]:9", " "]);
    expect(ignores?.("api.example.com", 443)).toBe(true);
    expect(ignores?.("Api.Example.Com", 8080)).toBe(true);
    expect(ignores?.("other.example.com", 443)).toBe(false);
    expect(ignores?.("db.internal", 80)).toBe(true);
    expect(ignores?.("a.b.internal", 80)).toBe(true);
    expect(ignores?.("internal", 80)).toBe(false);
    expect(ignores?.("localhost", 4318)).toBe(true);
    expect(ignores?.("localhost", 4319)).toBe(false);
    expect(ignores?.("::1", 9)).toBe(true);
    expect(ignores?.("[::1]", 9)).toBe(true);
    expect(ignores?.("::1", 10)).toBe(false);
  });

  it("is nothing when there is nothing to ignore, so that no call pays for it", () => {
    expect(hostFilter([])).toBeUndefined();
    expect(hostFilter(["", "  "])).toBeUndefined();
  });
});
