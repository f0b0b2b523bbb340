import { describe, expect, it } from "vitest";
import { errorChain, isApplicationsOwn, isGivenUp } from "../../src/capture/errors.ts";

describe("errorChain", () => {
  it("follows causes, outermost first", () => {
    const root = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const error = new TypeError("fetch failed", { cause: root });
    expect(errorChain(error)).toEqual([
      { name: "TypeError", code: "", message: "fetch failed" },
      { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED" },
    ]);
  });

  it("looks into the first of several attempts", () => {
    const attempt = Object.assign(new Error("connect ::1:1"), { code: "ECONNREFUSED" });
    expect(errorChain(new AggregateError([attempt, new Error("second")], "")).map(({ message }) => message)).toEqual(["", "connect ::1:1"]);
  });

  it("is bounded: circles, depth, long texts, values that are no errors", () => {
    const circle = new Error("a");
    circle.cause = circle;
    expect(errorChain(circle)).toHaveLength(1);
    let deep = new Error("0");
    for (let index = 1; index < 20; index += 1) deep = new Error(String(index), { cause: deep });
    expect(errorChain(deep)).toHaveLength(5);
    expect(errorChain(new Error("x".repeat(100_000)))[0]?.message).toHaveLength(2048);
    expect(errorChain("just text")).toEqual([{ name: "string", code: "", message: "just text" }]);
    expect(errorChain(undefined)).toEqual([]);
  });
});

describe("isGivenUp", () => {
  it("tells an application's abort from a failure", () => {
    expect(isGivenUp(new DOMException("aborted", "AbortError"))).toBe(true);
    expect(isGivenUp(AbortSignal.timeout(0).reason ?? new DOMException("late", "TimeoutError"))).toBe(true);
    expect(isGivenUp(Object.assign(new Error("destroyed"), { code: "UND_ERR_DESTROYED" }))).toBe(true);
    expect(isGivenUp(Object.assign(new Error("reset"), { code: "ECONNRESET" }))).toBe(false);
    expect(isGivenUp(null)).toBe(false);
  });
});

describe("isApplicationsOwn", () => {
  it("tells what an application gave as a reason from what undici, Node and the system report", () => {
    for (const own of ["enough", undefined, new RangeError("enough"), new DOMException("aborted", "AbortError")])
      expect(isApplicationsOwn(own)).toBe(true);
    const parser = Object.assign(new Error("Expected HTTP/"), { name: "HTTPParserError" });
    for (const other of [
      parser,
      Object.assign(new Error("reset"), { code: "ECONNRESET" }),
      Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
    ])
      expect(isApplicationsOwn(other)).toBe(false);
  });
});
