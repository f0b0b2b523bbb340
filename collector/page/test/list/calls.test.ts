import { describe, expect, it } from "vitest";
import type { CallSummaryJson } from "../../../src/query/api.ts";
import { CallList } from "../../src/list/calls.ts";

function call(second: number, id = `id-${second}`): CallSummaryJson {
  const startTime = `2026-11-24T10:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}.000000Z`;
  return { id, startTime } as CallSummaryJson;
}

const ids = (list: CallList): readonly (string | undefined)[] => Array.from({ length: list.length }, (_, row) => list.at(row)?.id);

describe("the list of calls", () => {
  it("is newest first, however calls come", () => {
    const list = new CallList();
    list.add([call(5), call(4)]);
    list.add([call(1), call(2)]);
    list.add([call(9)]);
    expect(ids(list)).toEqual(["id-9", "id-5", "id-4", "id-2", "id-1"]);
    expect(list.oldest?.id).toBe("id-1");
  });

  it("puts a call that ended late where it started", () => {
    const list = new CallList();
    list.add([call(1), call(5), call(9)]);
    expect(list.add([call(6)])).toBe(1);
    expect(ids(list)).toEqual(["id-9", "id-6", "id-5", "id-1"]);
    expect(list.rowOf("id-6")).toBe(1);
    expect(list.rowOf("gone")).toBe(-1);
  });

  it("holds each call once", () => {
    const list = new CallList();
    list.add([call(1), call(1), call(2)]);
    expect(list.add([call(2), call(3)])).toBe(1);
    expect(ids(list)).toEqual(["id-3", "id-2", "id-1"]);
  });

  it("lets the oldest go at its limit and says so", () => {
    const list = new CallList(3);
    list.add([call(1), call(2), call(3)]);
    expect(list.cut).toBe(false);
    list.add([call(4), call(5)]);
    expect(ids(list)).toEqual(["id-5", "id-4", "id-3"]);
    expect(list.cut).toBe(true);
    expect(list.has("id-1")).toBe(false);
  });

  it("starts anew", () => {
    const list = new CallList();
    list.add([call(1)]);
    list.clear();
    expect(list.length).toBe(0);
    expect(list.add([call(1)])).toBe(1);
  });
});
