/** Matches that are looked for at most. */
const MATCHES = 1_000;

/** Where a text stands in a body, case not counted. */
export function findAll(body: string, wanted: string): readonly number[] {
  if (wanted === "") return [];
  const found: number[] = [];
  // A pattern, because lower-casing a copy may change lengths and with them offsets (ICU: U+0130).
  const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), "gi");
  for (const { index } of body.matchAll(pattern)) {
    found.push(index);
    if (found.length === MATCHES) break;
  }
  return found;
}
