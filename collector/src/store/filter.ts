/** What a filter can ask of a call. The language's parser makes it, the store turns it into SQL, the tail evaluates it. */
export type Filter =
  | { readonly kind: "all" }
  | { readonly kind: "and" | "or"; readonly terms: readonly Filter[] }
  | { readonly kind: "not"; readonly term: Filter }
  | { readonly kind: "text"; readonly field: TextField; readonly match: TextMatch }
  | { readonly kind: "keyed"; readonly field: KeyedField; readonly key: string; readonly match: TextMatch }
  /** `key`: path of a JSON body, dot-separated, array indexes as numbers. */
  | {
      readonly kind: "json";
      readonly side: "request" | "response";
      readonly path: readonly string[];
      readonly match: TextMatch | NumberMatch;
    }
  | { readonly kind: "number"; readonly field: NumberField; readonly match: NumberMatch }
  | { readonly kind: "exists"; readonly field: TextField | NumberField };

export type TextField =
  | "id"
  | "trace"
  | "span"
  | "host"
  | "method"
  | "route"
  | "url"
  | "service"
  | "client"
  | "vendor"
  | "operation"
  | "source"
  | "error"
  | "outcome"
  | "site"
  | "body"
  | "request.body"
  | "response.body"
  | "any";
export type KeyedField = "tag" | "request.header" | "response.header";
/** `duration` in milliseconds, sizes in bytes. */
export type NumberField = "status" | "duration" | "attempt" | "port" | "request.size" | "response.size";

/** Text comparison is case-insensitive except for `equals` on ids. `glob`: `*` stands for any run of characters. */
export type TextMatch =
  | { readonly op: "equals"; readonly value: string }
  | { readonly op: "contains"; readonly value: string }
  | { readonly op: "glob"; readonly pattern: string }
  | { readonly op: "exists" };

export type NumberMatch =
  | { readonly op: "=" | ">" | ">=" | "<" | "<="; readonly value: number }
  /** Both ends included. */
  | { readonly op: "between"; readonly low: number; readonly high: number };

/** Times are milliseconds since the Unix epoch; `from` included, `to` excluded. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** A parsed filter line: the condition and the time range of its `last:`, `from:`, `to:` terms. */
export interface CallFilter {
  readonly where: Filter;
  readonly range: TimeRange;
}
