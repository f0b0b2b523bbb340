import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A Node.js binary that the test package brings. */
export interface Runtime {
  readonly name: string;
  readonly node: string;
}

/** The supported lines: 22 and 26 are aliases of npm's `node` in this package, 24 is the workspace's own. */
export const RUNTIMES: readonly Runtime[] = [
  { name: "Node 22", node: join(root, "test/node_modules/node22/bin/node") },
  { name: "Node 24", node: join(root, "node_modules/node/bin/node") },
  { name: "Node 26", node: join(root, "test/node_modules/node26/bin/node") },
];

/** The workspace's own Node. */
export const NODE_24: string = join(root, "node_modules/node/bin/node");

/** `vX.Y.Z` as the binary prints it. */
export function versionOf(runtime: Runtime): string {
  return spawnSync(runtime.node, ["--version"], { encoding: "utf8" }).stdout.trim();
}
