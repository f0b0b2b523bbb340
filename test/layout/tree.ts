import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every file that git knows or would add, relative to the checkout. */
export function files(): string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "");
}

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** A package.json's text as an object of unknown values. */
export function manifest(folder: string): Record<string, unknown> {
  return JSON.parse(read(join(folder, "package.json"))) as Record<string, unknown>;
}

export const PACKAGES = ["packages/record", "packages/inpooling", "collector"] as const;
