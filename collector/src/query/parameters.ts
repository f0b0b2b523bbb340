import type { CallFilter } from "../store/filter.ts";
import { nearest } from "./filter/nearest.ts";
import { parseFilter } from "./filter/parse.ts";
import { ApiError } from "./http/answer.ts";

/** The query of a request, with names checked: a mistyped parameter would otherwise silently ask for something else. */
export class Parameters {
  readonly #values: URLSearchParams;

  /** @throws ApiError 400 for a name that the path does not know, or one given twice. */
  constructor(values: URLSearchParams, known: readonly string[]) {
    checkNames(values, known);
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null || value === "" ? undefined : value;
  }

  /** @throws ApiError 400 unless it is a whole number within the limits, both included. */
  whole(name: string, low: number, high: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < low || value > high) {
      throw new ApiError(400, "bad-parameter", `${name} is ${JSON.stringify(text)}`, `It is a whole number from ${low} to ${high}.`);
    }
    return value;
  }

  /** @throws FilterError */
  filter(): CallFilter {
    return parseFilter(this.text("q") ?? "", Date.now());
  }
}

/** @throws ApiError 400 when there are any. */
export function noParameters(values: URLSearchParams): void {
  checkNames(values, []);
}

function checkNames(values: URLSearchParams, known: readonly string[]): void {
  for (const name of new Set(values.keys())) {
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      const remedy =
        known.length === 0
          ? "This path takes none."
          : `${meant === undefined ? "" : `Did you mean ${meant}? `}This path takes: ${known.join(", ")}.`;
      throw new ApiError(400, "bad-parameter", `There is no parameter ${JSON.stringify(name)} here`, remedy);
    }
    if (values.getAll(name).length > 1)
      throw new ApiError(
        400,
        "bad-parameter",
        `The parameter ${name} is given twice`,
        "Keep one of them; an & inside a filter is written %26.",
      );
  }
}

const idPattern = /^[0-9a-f]{12,16}-[0-9a-f]{16}$/;

/** @throws ApiError 404 when the text cannot be the id of a call. */
export function checkedId(encoded: string): string {
  const id = encoded.toLowerCase();
  if (!idPattern.test(id)) {
    throw new ApiError(
      404,
      "not-found",
      `${JSON.stringify(encoded.slice(0, 80))} is not the id of a call`,
      "An id is 12 hex digits, a dash and 16 hex digits, as in a list's id column. For a trace id ask q=trace:…",
    );
  }
  return id;
}
