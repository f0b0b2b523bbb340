import type { Case, Group } from "./case.ts";

/** The cases that mean something on a major version of Node.js. */
export function casesFor(groups: readonly Group[], major: number): Case[] {
  return groups.flatMap(({ cases }) => cases).filter(({ since = 0 }) => major >= since);
}
