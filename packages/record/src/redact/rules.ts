/** Which field of the record a rule looks at. */
export interface RedactionField {
  /** As it stands in `Call.redacted`: `url`, `request.header.authorization`, `response.body`, `tag.order` … */
  readonly place: string;
  /** Media type of a body, lower case, without parameters; "" elsewhere. */
  readonly mediaType: string;
  /** The bytes end where the body limit cut them: a secret at the end may be incomplete. */
  readonly cut: boolean;
}

/** Bytes `[from, to)` that must not leave the process. */
export type SecretSpan = readonly [from: number, to: number];

/**
 * A rule beyond the default ones. It runs after them, on the result (UTF-8). A rule that throws, or names a
 * span outside the value, makes redaction drop the whole field: nothing unchecked is ever sent.
 */
export interface RedactionRule {
  /** Lower-case letters and hyphens: stands in `[redacted:<name>]` and in `Call.redacted`. */
  readonly name: string;
  find(value: Uint8Array, field: RedactionField): readonly SecretSpan[];
}

/** What to redact. The default rules always apply; `custom` only adds to them. */
export interface RedactionRules {
  readonly custom: readonly RedactionRule[];
}

/** Only the default rules. */
export const DEFAULT_RULES: RedactionRules = { custom: [] };
