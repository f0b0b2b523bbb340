import { expect, it } from "vitest";
import { phases } from "../../src/detail/phases.ts";

it("makes stretches of the moments that were seen", () => {
  expect(phases({ requestSentMs: 2, firstByteMs: 10, lastByteMs: 12 })).toEqual([
    { name: "send", label: "Send", from: 0, to: 2 },
    { name: "wait", label: "Wait", from: 2, to: 10 },
    { name: "receive", label: "Receive", from: 10, to: 12 },
  ]);
});

it("leaves out what did not take time, and answers that came before the request was sent whole", () => {
  expect(phases({ dnsMs: 0, requestSentMs: 9, firstByteMs: 4, lastByteMs: 12 }).map(({ name, from, to }) => [name, from, to])).toEqual([
    ["send", 0, 9],
    ["receive", 9, 12],
  ]);
  expect(phases({})).toEqual([]);
});
