import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DataDir, DataDirError } from "../../src/store/data-dir.ts";
import { testFolder } from "./folder.ts";

/** A process id that belonged to a process and does so no more. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("a data folder", () => {
  test("is made, taken, refused to a second opener by name and process, and given back", async () => {
    const folder = join(testFolder(), "deep", "er");
    const dir = await DataDir.claim(folder);
    await expect(DataDir.claim(folder)).rejects.toThrow(
      `The data folder ${folder} is in use by this very process. Stop it, ask it through its own address, or give another folder with --data DIR.`,
    );
    dir.release();
    const again = await DataDir.claim(folder);
    again.release();
    expect(existsSync(join(folder, "inpooling.lock"))).toBe(false);
  });

  test("is refused to another process, with the id of the one that has it", async () => {
    const folder = testFolder();
    const dir = await DataDir.claim(folder);
    const source = `import { DataDir } from ${JSON.stringify(new URL("../../src/store/data-dir.ts", import.meta.url).href)}; DataDir.claim(${JSON.stringify(folder)}).then(() => console.log("taken"), (error) => console.log(error.message));`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
    expect(stdout).toContain(`is in use by the process ${process.pid}`);
    dir.release();
  });

  test("is taken over from a process that is dead, whose id lives on in another process, or whose machine is gone", async () => {
    for (const holder of [
      { pid: deadPid(), started: "", host: hostname(), nonce: "a" },
      { pid: process.pid, started: "1", host: hostname(), nonce: "b" },
      { pid: process.pid, started: "", host: "a-container-that-was", nonce: "c" },
    ]) {
      const folder = testFolder();
      writeFileSync(join(folder, "inpooling.lock"), JSON.stringify(holder));
      (await DataDir.claim(folder)).release();
    }
  });

  test("is taken over when the claim is empty or no JSON, and only one of many at once gets it", async () => {
    for (const content of ["", "{", "null", "[]"]) {
      const folder = testFolder();
      writeFileSync(join(folder, "inpooling.lock"), content);
      const claims = await Promise.allSettled(Array.from({ length: 8 }, async () => await DataDir.claim(folder)));
      const taken = claims.filter((claim) => claim.status === "fulfilled");
      expect(taken).toHaveLength(1);
      for (const claim of claims) if (claim.status === "rejected") expect(claim.reason).toBeInstanceOf(DataDirError);
    }
  });

  test("that cannot be used is refused with the reason and the flag", async () => {
    const folder = testFolder();
    writeFileSync(join(folder, "file"), "");
    await expect(DataDir.claim(join(folder, "file"))).rejects.toThrow(
      /file cannot be used \(.*EEXIST.*--data DIR|file cannot be used \(.*not a folder.*--data DIR|ENOTDIR/s,
    );
    await expect(DataDir.claim(join(folder, "file", "below"))).rejects.toThrow(/cannot be used \(.*ENOTDIR.*--data DIR/s);
    mkdirSync(join(folder, "dir", "inpooling.lock"), { recursive: true });
    await expect(DataDir.claim(join(folder, "dir"))).rejects.toBeInstanceOf(DataDirError);
  });
});
