import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RowReader, RowWriter } from "../../../src/store/row/binary.ts";
import { readCall, readLoss } from "../../../src/store/row/read.ts";
import { writeCall, writeLoss } from "../../../src/store/row/write.ts";
import { anyCall, anyLoss } from "../arbitrary.ts";
import { sampleCall } from "../samples.ts";

describe("a call written as a row", () => {
  test("reads back with every field, whatever the texts, bytes and numbers", () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 3 }), (calls) => {
        const writer = new RowWriter(16);
        for (const call of calls) writeCall(writer, call);
        const reader = new RowReader(writer.bytes());
        for (const call of calls) expect(readCall(reader)).toEqual(call);
        expect(reader.done).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("keeps texts at every width of the length", () => {
    for (const length of [1, 31, 32, 33, 42, 43, 127, 128, 5461, 5462, 16_384, 699_050, 699_051]) {
      for (const letter of ["a", "é", "語"]) {
        const call = sampleCall(1, { url: letter.repeat(length) });
        const writer = new RowWriter(16);
        writeCall(writer, call);
        expect(readCall(new RowReader(writer.bytes())).url).toBe(call.url);
      }
    }
  });

  test("brings impossible times and numbers into the column's range instead of spoiling the block", () => {
    const writer = new RowWriter();
    writeCall(
      writer,
      sampleCall(1, { startTime: 2n ** 64n - 1n, status: 99_999, port: -5, attempt: Number.NaN, request: { bodySize: Infinity } }),
    );
    const call = readCall(new RowReader(writer.bytes()));
    expect([call.startTime, call.status, call.port, call.attempt]).toEqual([2n ** 63n - 1n, 65_535, 0, 0]);
    expect(call.request.bodySize).toBe(Number.MAX_SAFE_INTEGER);
  });
});

test("a loss written as a row reads back", () => {
  fc.assert(
    fc.property(anyLoss, (loss) => {
      const writer = new RowWriter(16);
      writeLoss(writer, loss);
      expect(readLoss(new RowReader(writer.bytes()))).toEqual(loss);
    }),
  );
});

test("damaged rows are an error, never an endless loop or a huge allocation", () => {
  const writer = new RowWriter();
  writeCall(writer, sampleCall(1, { tags: { order: "42" } }));
  const whole = Buffer.from(writer.bytes());
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const damaged = Buffer.from(whole.subarray(0, value % 3 === 0 ? at : whole.length));
      if (at < damaged.length) damaged[at] = value;
      try {
        readCall(new RowReader(damaged));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 2000 },
  );
});
