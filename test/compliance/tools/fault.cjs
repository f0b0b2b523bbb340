// Fault injection: at the start of every hook of Inpooling's capture an exception is thrown when the hook's name is the
// one in COMPLIANCE_FAULT. Loaded before `inpooling/register`; rewrites the sources while they are read, so the product
// carries nothing for it. Names of the hooks that ran are appended to COMPLIANCE_HOOKS at the end of the process.
const { appendFileSync } = require("node:fs");
const { registerHooks } = require("node:module");

const names = new WeakMap();
const ran = new Map();
const chosen = process.env.COMPLIANCE_FAULT;

globalThis.__nameFuse = (fuse, name) => names.set(fuse, name);
globalThis.__fault = (fuse) => {
  const name = names.get(fuse);
  ran.set(name, (ran.get(name) ?? 0) + 1);
  if (name === chosen) throw new Error(`injected into ${name}`);
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.includes("/inpooling/src/capture/")) return loaded;
    const text = typeof loaded.source === "string" ? loaded.source : Buffer.from(loaded.source).toString();
    const source = url.endsWith("/guard.ts")
      ? text.replace("this.#where = where;", "this.#where = where; globalThis.__nameFuse(this, where);")
      : text.replaceAll(/\btry \{\n/g, "try { globalThis.__fault(fuse);\n");
    return { ...loaded, source };
  },
});

process.once("exit", () => appendFileSync(process.env.COMPLIANCE_HOOKS, [...ran].map(([name, count]) => `${name}\t${count}\n`).join("")));
