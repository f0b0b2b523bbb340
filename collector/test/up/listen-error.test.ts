import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { explainListenError, UpFailed } from "../../src/up/listen-error.ts";
import { startRig, stopRigs } from "../receiver/rig.ts";

afterEach(stopRigs);

const failure = (code: string): Error => Object.assign(new Error(code), { code });
const otlp = { what: "OTLP", host: "127.0.0.1", flag: "--otlp-port" };

test("another Inpooling collector is named as such", async () => {
  const { receiver, rejections } = await startRig();
  const error = await explainListenError(failure("EADDRINUSE"), { ...otlp, port: receiver.port });
  expect(error).toBeInstanceOf(UpFailed);
  expect(String(error)).toMatch(
    new RegExp(`OTLP port ${receiver.port} on 127\\.0\\.0\\.1 is taken: another Inpooling collector \\(9\\.9\\.9\\)`),
  );
  expect(String(error)).toMatch(/--otlp-port \(0: a free one\)/);
  expect(rejections).toEqual([]);
});

test("a stranger is named by its process, though it never answers", async () => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  expect(String(await explainListenError(failure("EADDRINUSE"), { ...otlp, port }))).toContain(`is taken: process ${process.pid} (`);
  silent.close();
});

test("other reasons name their own remedy, unknown ones stay what they are", async () => {
  expect(String(await explainListenError(failure("EACCES"), { ...otlp, port: 80 }))).toMatch(
    /may not open port 80; choose one above 1023 with --otlp-port/,
  );
  expect(String(await explainListenError(failure("EADDRNOTAVAIL"), { ...otlp, host: "192.0.2.1", port: 80 }))).toMatch(
    /no address "192\.0\.2\.1".*--host/,
  );
  const other = failure("EMFILE");
  expect(await explainListenError(other, { ...otlp, port: 80 })).toBe(other);
});
