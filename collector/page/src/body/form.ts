export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Fields of `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), in order, repeated ones repeated. */
export function formFields(text: string): readonly Field[] {
  return Array.from(new URLSearchParams(text), ([name, value]) => ({ name, value }));
}

export interface Part {
  readonly name: string;
  readonly filename: string;
  readonly contentType: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Parts shown at most; a hostile body may hold millions of empty ones. */
const PARTS_SHOWN = 1_000;

function parameter(value: string, name: string): string {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, "i").exec(value);
  return match?.[1]?.replaceAll(/\\(.)/g, "$1") ?? match?.[2] ?? "";
}

function part(text: string): Part {
  const gap = /\r?\n\r?\n/.exec(text);
  const head = gap === null ? text : text.slice(0, gap.index);
  const headers = head
    .split(/\r?\n/)
    .map((line): [string, string] => [line.split(":", 1)[0] ?? "", line.slice(line.indexOf(":") + 1).trim()])
    .filter(([name]) => name !== "");
  const find = (name: string): string => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
  const disposition = find("content-disposition");
  return {
    name: parameter(disposition, "name"),
    filename: parameter(disposition, "filename"),
    contentType: find("content-type"),
    headers,
    body: gap === null ? "" : text.slice(gap.index + gap[0].length),
  };
}

/** Parts of a multipart body (RFC 2046 5.1.1, RFC 7578); undefined when it does not hold the boundary of its type. */
export function multipartParts(contentType: string, text: string): readonly Part[] | undefined {
  const boundary = parameter(contentType, "boundary") || (/^--([^\r\n]{1,70})\r?\n/.exec(text)?.[1] ?? "");
  if (boundary === "" || !text.includes(`--${boundary}`)) return undefined;
  return text
    .split(`--${boundary}`)
    .slice(1)
    .filter((piece) => !piece.startsWith("--"))
    .slice(0, PARTS_SHOWN)
    .map((piece) => part(piece.replace(/^\r?\n/, "").replace(/\r?\n$/, "")));
}
