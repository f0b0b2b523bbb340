export { assumeRedacted, redact } from "./redact.ts";
export { DEFAULT_RULES } from "./rules.ts";
export type { RedactionField, RedactionRule, RedactionRules, SecretSpan } from "./rules.ts";
