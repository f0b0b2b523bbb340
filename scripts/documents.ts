// Writes what documents take from code: the README's table of settings. A layout test fails while they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { configTable } from "../packages/inpooling/src/config/table.ts";

const readme = new URL("../README.md", import.meta.url);
const before = readFileSync(readme, "utf8");
const after = before.replace(/(<!-- config -->\n)[\s\S]*?(<!-- \/config -->)/, (_, open: string, close: string) => `${open}${configTable().trim()}\n${close}`);
writeFileSync(readme, after);
