import fc from "fast-check";
import { expect, test } from "vitest";
import { Windows } from "../../src/store/windows.ts";

const time = fc.bigInt({ min: 0n, max: 2n ** 62n });

test("windows follow each other without a gap down to the floor, few of them whatever is found", () => {
  fc.assert(
    fc.property(
      time,
      time,
      time,
      fc.bigInt({ min: 0n, max: 2n ** 50n }),
      fc.array(fc.nat(120), { minLength: 1, maxLength: 8 }),
      (a, b, c, first, found) => {
        const [floor = 0n, oldest = 0n, newest = 0n] = [a, b, c].toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0));
        const windows = new Windows({ floor, oldest }, first);
        let end = newest;
        let count = 0;
        while (end > floor) {
          const start = windows.startBefore(end);
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThanOrEqual(floor);
          windows.found(Math.min(found[count % found.length] ?? 0, 99), 100);
          end = start;
          count += 1;
          expect(count).toBeLessThan(70);
        }
      },
    ),
  );
});
