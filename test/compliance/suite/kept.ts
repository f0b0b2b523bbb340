import type { Case, Expected } from "./case.ts";

/** What of a case is found in what a tool delivered; undefined where there was nothing to keep. */
export interface Kept {
  readonly call: boolean;
  readonly request: boolean | undefined;
  readonly response: boolean | undefined;
}

/** Ways in which delivered text may hold bytes: plain, inside JSON, inside JSON inside JSON, base64. */
function forms(content: string): string[] {
  const bytes = Buffer.from(content, "latin1");
  const utf8 = bytes.toString("utf8");
  const json = JSON.stringify(utf8).slice(1, -1);
  const asLatin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  return [
    content,
    json,
    asLatin1(json),
    JSON.stringify(json).slice(1, -1),
    asLatin1(JSON.stringify(json).slice(1, -1)),
    bytes.toString("base64").replace(/=+$/, "").slice(0, -1),
  ];
}

/** Contents shorter than this are found anywhere by chance. */
const TELLING_CHARS = 7;

const PLAIN_TEXT = /^[ -~\n]*$/;

/** Contents that stand in one case only: finding one says that this very case was kept. */
export function tellingContents(cases: readonly Case[]): ReadonlySet<string> {
  const seen = new Map<string, number>();
  for (const { record = [] } of cases) {
    const own = new Set(record.flatMap(({ request, response }) => [request, response]).filter((each) => typeof each === "string"));
    for (const content of own) seen.set(content, (seen.get(content) ?? 0) + 1);
  }
  // What stands in a URL is found without any content.
  const targets = cases.flatMap(({ record = [] }) => record.map(({ line }) => line)).join("\n");
  return new Set(
    [...seen]
      .filter(
        ([content, count]) => count === 1 && content.length >= TELLING_CHARS && PLAIN_TEXT.test(content) && !targets.includes(content),
      )
      .map(([content]) => content),
  );
}

/** What a tool delivered, to be searched for cases, whatever its format. */
export class Delivered {
  readonly #text: string;
  readonly #telling: ReadonlySet<string>;

  /** @param text latin1 text of all that was posted */
  constructor(text: string, telling: ReadonlySet<string>) {
    this.#text = text;
    this.#telling = telling;
  }

  /** @param marks texts of which each names the case's server, e.g. its port */
  kept(marks: readonly string[], expected: readonly Expected[] = []): Kept {
    return {
      call: marks.some((mark) => this.#text.includes(mark)),
      request: this.#holds(expected.map(({ request }) => request)),
      response: this.#holds(expected.map(({ response }) => response)),
    };
  }

  #holds(contents: readonly (string | number | null | undefined)[]): boolean | undefined {
    const telling = contents.filter((content): content is string => typeof content === "string" && this.#telling.has(content));
    if (telling.length === 0) return undefined;
    return telling.every((content) => forms(content).some((form) => this.#text.includes(form)));
  }
}
