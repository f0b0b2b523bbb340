import { expect, it } from "vitest";
import type { CallJson, MessageJson } from "../../../src/query/api.ts";
import { marks } from "../../src/detail/marks.ts";

const message: MessageJson = { headers: [], body: "abc", bodySize: 3, bodyTruncated: false, bodySha256: null, chunks: [] };

function call(response: Partial<MessageJson>, more: Partial<CallJson>): CallJson {
  return { request: message, response: { ...message, ...response }, redacted: [], dropped: [], ...more } as CallJson;
}

it("says nothing of a message that is as it was", () => {
  expect(marks(call({}, {}), "response")).toEqual([]);
});

it("tells how much of a cut body is kept, and what helps", () => {
  const [mark] = marks(call({ bodySize: 10_485_760, bodyTruncated: true }, { dropped: ["response.body:memory"] }), "response");
  expect(mark?.kind).toBe("cut");
  expect(mark?.lines.join(" ")).toMatch(/3 B are kept; 10 MiB crossed the wire.*INPOOLING_MEMORY_LIMIT/);
});

it("explains what was dropped, its detail kept", () => {
  const dropped = ["call.end:exit", "response.body:content-coding br"];
  expect(marks(call({}, { dropped }), "response")).toMatchObject([
    {
      kind: "dropped",
      lines: ["call.end: exit: the process ended first", "response.body: content-coding br: its compression could not be undone"],
    },
  ]);
  expect(marks(call({}, { dropped }), "request")).toEqual([]);
});

it("keeps what was redacted of one side apart from the other", () => {
  const redacted = ["request.header.authorization:header-name", "url.query.key:query-name", "response.body.card.number:card"];
  const [mark] = marks(call({}, { redacted }), "request");
  expect(mark?.label).toBe("2 redacted");
  expect(mark?.lines).toContain("request.header.authorization: rule header-name");
  expect(marks(call({}, { redacted }), "response")[0]?.label).toBe("1 redacted");
});
