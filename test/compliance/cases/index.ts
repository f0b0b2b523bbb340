import type { Case, Group } from "../suite/case.ts";

/**
 * The groups, in the order of the table. Loaded one by one: the package undici replaces the dispatcher of Node's own
 * fetch as soon as it is loaded, so what comes before it must not load it.
 */
const GROUPS: readonly (() => Promise<Group>)[] = [
  async () => (await import("./request-body.ts")).requestBody,
  async () => (await import("./response-reading.ts")).responseReading,
  async () => (await import("./failures.ts")).failures,
  async () => (await import("./connections.ts")).connections,
  async () => (await import("./fetch-bodies.ts")).fetchBodies,
  async () => (await import("./fetch-responses.ts")).fetchResponses,
  async () => (await import("./http2.ts")).http2Client,
  async () => (await import("./libraries.ts")).libraries,
  async () => (await import("./undici.ts")).undiciPackage,
];

/** Every case of the suite. */
export function loadGroups(): Promise<Group[]> {
  return Promise.all(GROUPS.map((load) => load()));
}

const found = new Map<string, Case>();
let loaded = 0;

/** The case of that name; loads no group that comes after its own. @throws RangeError when there is none */
export async function caseNamed(name: string): Promise<Case> {
  for (;;) {
    const one = found.get(name);
    if (one) return one;
    const load = GROUPS[loaded];
    if (!load) throw new RangeError(`no case is called "${name}"`);
    loaded += 1;
    for (const each of (await load()).cases) found.set(each.name, each);
  }
}
