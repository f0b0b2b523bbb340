/**
 * Edits of a filter line, term by term, without knowing what a term means: the server parses the language. Terms are
 * what stands between spaces outside of quotes and parentheses.
 */

/** The line's terms, quotes and parentheses kept together. */
export function terms(line: string): readonly string[] {
  const found: string[] = [];
  let term = "";
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quoted) {
      if (character === "\\") term += character + line.charAt(++at);
      else {
        term += character;
        quoted = character !== '"';
      }
      continue;
    }
    if (character === '"') quoted = true;
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (/\s/.test(character) && depth <= 0) {
      if (term !== "") found.push(term);
      term = "";
    } else term += character;
  }
  if (term !== "") found.push(term);
  return found;
}

/** A value as the language takes it: quoted where it holds anything but plain characters. */
export function quoteValue(value: string): string {
  if (/^[\p{L}\p{N}_./:@~%+-]+$/u.test(value) && !/^[-:]/.test(value) && !/^(?:or|and|not)$/i.test(value)) return value;
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
}

/** `field:value`, quoted as needed. */
export function term(field: string, value: string): string {
  return `${field}:${quoteValue(value)}`;
}

/** Whether the line holds this very term at its top level. */
export function hasTerm(line: string, wanted: string): boolean {
  return terms(line).includes(wanted);
}

/** An `or` at the top level binds a term to its neighbour only; then the old line needs parentheses. */
function grouped(line: string): string {
  return terms(line).some((one) => one.toLowerCase() === "or") ? `(${line.trim()})` : line.trim();
}

/** Adds a term. A term of the same field at the top level that `replaces` matches gives way to it. */
export function withTerm(line: string, added: string, replaces?: RegExp): string {
  if (hasTerm(line, added)) return line;
  const kept =
    replaces === undefined
      ? grouped(line)
      : grouped(
          terms(line)
            .filter((one) => !replaces.test(one))
            .join(" "),
        );
  return kept === "" ? added : `${kept} ${added}`;
}

/** Takes a term out of the top level. */
export function withoutTerm(line: string, removed: string): string {
  return terms(line)
    .filter((one) => one !== removed)
    .join(" ");
}
