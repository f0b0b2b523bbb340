import { readFileSync } from "node:fs";

const folder = new URL("./sql/", import.meta.url);
const loaded = new Map<string, string>();

function load(name: string): string {
  let text = loaded.get(name);
  if (text === undefined) {
    const lines = readFileSync(new URL(`${name}.sql`, folder), "utf8").split("\n");
    text = lines
      .filter((line) => !line.trimStart().startsWith("--"))
      .join("\n")
      .trim();
    loaded.set(name, text);
  }
  return text;
}

/**
 * The statement of `sql/<name>.sql` with its `{{parts}}` filled in. Parts are SQL of our own (names, clauses, column
 * lists); values never come this way but as `{name:Type}` parameters, which the server binds.
 * @throws TypeError when the file names a part that is not given.
 */
export function statement(name: string, parts: Readonly<Record<string, string>>): string {
  return load(name)
    .replace(/\{\{(\w+)\}\}/g, (_, part: string) => {
      const text = parts[part];
      if (text === undefined) throw new TypeError(`sql/${name}.sql needs the part "${part}".`);
      return text;
    })
    .trim();
}
