import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Item } from "../../src/deliver/item.ts";
import { cut, maxRequestBytes, PackedParcel } from "../../src/deliver/parcel.ts";

const item = fc
  .record({
    host: fc.constantFrom("a", "b", ""),
    failed: fc.boolean(),
    bodyBytes: fc.nat(500),
    bare: fc.uint8Array({ minLength: 1, maxLength: 50 }),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ host, failed, bodyBytes, bare, body }) =>
    bodyBytes === 0 ? new Item(host, failed, 0, bare, bare) : new Item(host, failed, bodyBytes, Uint8Array.from([...bare, ...body]), bare),
  );

const plain = ({ host, failed, bodyBytes, full }: Item): unknown => ({ host, failed, bodyBytes, full: [...full] });

describe("a packed parcel", () => {
  test("gives back what was packed, in its order", () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) => {
        const packed = new PackedParcel(items, "memory");
        expect(packed.items().map(plain)).toEqual(items.map(plain));
        expect(packed.count).toBe(items.length);
      }),
    );
  });

  test("sheds the bodies of one kind, counted by host, and keeps the rest", () => {
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 20 }),
        fc.constantFrom<"successes" | "failures">("successes", "failures"),
        (items, kind) => {
          const packed = new PackedParcel(items, "memory");
          const before = packed.bytes;
          const lost = packed.shedBodies(kind);
          const hit = items.filter(({ failed, bodyBytes }) => bodyBytes > 0 && failed === (kind === "failures"));
          expect([...(lost?.values() ?? [])].reduce((sum, { count }) => sum + count, 0)).toBe(hit.length);
          expect([...(lost?.values() ?? [])].reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
            hit.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
          );
          expect(packed.items().map(({ full }) => Array.from(full))).toEqual(
            items.map((one) => Array.from(hit.includes(one) ? one.bare("memory") : one.full)),
          );
          expect(hit.length === 0 || packed.bytes < before).toBe(true);
          expect(packed.shedBodies(kind)).toBeUndefined();
        },
      ),
    );
  });
});

test("a batch is cut by bytes; one item may exceed the limit alone", () => {
  const sized = (bytes: number): Item => new Item("", false, 0, new Uint8Array(bytes), new Uint8Array(bytes));
  const parcels = cut([sized(10), sized(maxRequestBytes - 5), sized(20), sized(maxRequestBytes * 2), sized(1)]);
  expect(parcels.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
  expect(cut([sized(10), sized(20)]).map(({ count }) => count)).toEqual([2]);
  expect(cut([])).toEqual([]);
});
