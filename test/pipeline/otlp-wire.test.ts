// The two ends of the wire, written apart: what record encodes is what the collector's receiver reads, field by field.
import fc from "fast-check";
import { expect, test } from "vitest";
import { SpanTally } from "../../collector/src/receiver/decoded-spans.ts";
import { DEFAULT_LIMITS } from "../../collector/src/receiver/limits.ts";
import { Meter } from "../../collector/src/receiver/meter.ts";
import { decodeTraces } from "../../collector/src/receiver/otlp-protobuf.ts";
import type { Message, RedactedCall } from "../../packages/record/src/index.ts";
import {
  callFromSpan,
  encodeLoss,
  encodeSpan,
  encodeTraceRequest,
  isOwnSpan,
  lossFromSpan,
  scopeName,
} from "../../packages/record/src/index.ts";
import { anyCall, anyLoss, travelled } from "../../packages/record/test/otlp/arbitrary.ts";

/** The receiver refuses ids of zeros, as OTLP says. */
const withIds = (call: RedactedCall): RedactedCall => ({
  ...call,
  traceId: `1${call.traceId.slice(1)}`,
  spanId: `1${call.spanId.slice(1)}`,
});
const plain = (message: Message): Message => ({ ...message, body: new Uint8Array(message.body) });

test("every call that was sent is the call that is received", () => {
  fc.assert(
    fc.property(fc.array(anyCall.map(withIds), { minLength: 1, maxLength: 4 }), anyLoss, (calls, loss) => {
      const { resource } = calls[0]!;
      const bytes = encodeTraceRequest(resource, { name: scopeName, version: "0.1.0" }, [...calls.map(encodeSpan), encodeLoss(loss)]);
      const tally = new SpanTally();
      const received = [...decodeTraces(Buffer.from(bytes), new Meter(DEFAULT_LIMITS), tally)];
      expect(tally.invalid).toBe(0);
      const back = received.slice(0, -1).map(({ span, resource: owner }) => {
        expect(isOwnSpan(span)).toBe(true);
        return callFromSpan(span, owner)!;
      });
      expect(back.map((call) => ({ ...call, request: plain(call.request), response: plain(call.response) }))).toEqual(
        calls.map((call) => ({
          ...call,
          resource,
          request: { ...call.request, body: travelled(call.request) },
          response: { ...call.response, body: travelled(call.response) },
        })),
      );
      const last = received.at(-1)!;
      expect(lossFromSpan(last.span, last.resource)).toEqual({ ...loss, serviceName: resource.serviceName });
    }),
    { numRuns: 150 },
  );
});
