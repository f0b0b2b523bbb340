import { describe, expect, test } from "vitest";
import { parseStoreUrl } from "../../src/store/target.ts";

describe("--store", () => {
  test("takes http, https and clickhouse URLs", () => {
    expect(parseStoreUrl("http://me:s%40cret@db.internal:8123/calls")).toEqual({
      origin: "http://db.internal:8123",
      database: "calls",
      username: "me",
      password: "s@cret",
      cluster: "",
      retentionDays: 0,
    });
    expect(parseStoreUrl("https://db.example")).toMatchObject({
      origin: "https://db.example",
      database: "inpooling",
      username: "default",
      password: "",
    });
    expect(parseStoreUrl("clickhouse://u:p@db:8123/x?cluster=main&retention_days=30")).toMatchObject({
      origin: "http://db:8123",
      database: "x",
      cluster: "main",
      retentionDays: 30,
    });
    expect(parseStoreUrl("clickhouse://db")).toMatchObject({ origin: "http://db:8123" });
    expect(parseStoreUrl("clickhouse://db:8443/x")).toMatchObject({ origin: "https://db:8443" });
    expect(parseStoreUrl("http://[::1]:8123/")).toMatchObject({ origin: "http://[::1]:8123", database: "inpooling" });
  });

  test("says what is wrong and what it should look like, and never shows the password", () => {
    for (const [url, what] of [
      ["localhost", /is not a URL \(9 characters/],
      ["postgres://u:hunter2@db/x", /scheme "postgres"/],
      ["http://u:hunter2@db/a-b", /database "a-b"/],
      ["http://u:hunter2@db/a;DROP", /no plain identifier/],
      ["http://u:hunter2@db/a?cluster=x'y", /cluster "x'y"/],
      ["http://u:hunter2@db/a?retention_days=-1", /retention_days/],
    ] as const) {
      expect(() => parseStoreUrl(url)).toThrow(what);
      expect(() => parseStoreUrl(url)).toThrow(/http\(s\):\/\/user:password@host:8123\/database/);
      expect(() => parseStoreUrl(url)).not.toThrow(/hunter2/);
    }
  });
});
