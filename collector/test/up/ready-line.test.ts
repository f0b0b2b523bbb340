import { expect, test } from "vitest";
import { readyLine, welcome } from "../../src/up/ready-line.ts";

test("one line, its addresses open as they stand, the folder last", () => {
  expect(readyLine({ host: "127.0.0.1", pagePort: 4380, otlpPort: 4318, data: "/var/my data" })).toBe(
    "inpooling ready page=http://127.0.0.1:4380 otlp=http://127.0.0.1:4318 data=/var/my data",
  );
  expect(readyLine({ host: "::", pagePort: 1, otlpPort: 2, data: "/d" })).toBe(
    "inpooling ready page=http://[::1]:1 otlp=http://[::1]:2 data=/d",
  );
  expect(readyLine({ host: "0.0.0.0", pagePort: 1, otlpPort: 2, data: "/d" })).toContain("page=http://127.0.0.1:1 ");
});

test("people are told the endpoint only where it is not the default", () => {
  expect(welcome({ host: "127.0.0.1", pagePort: 1, otlpPort: 4318, data: "/d" }, "1")).not.toContain("INPOOLING_ENDPOINT");
  expect(welcome({ host: "127.0.0.1", pagePort: 1, otlpPort: 5000, data: "/d" }, "1")).toContain(
    "INPOOLING_ENDPOINT=http://127.0.0.1:5000 node --require inpooling/register",
  );
});
