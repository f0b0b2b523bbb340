/**
 * Default redaction: what it does and what it leaves.
 *
 * - Header fields by name (header-names.ts), URL userinfo, query and fragment by name, secrets in paths of known
 *   hosts (path-secrets.ts); JSON, NDJSON, server-sent events, forms, multipart, XML, YAML and running text by
 *   whole-word names (words.ts); everywhere: card numbers, JSON Web Tokens, bearer and basic credentials, private
 *   keys in PEM, keys of AWS, Stripe, OpenAI, GitHub, Slack, Google … (vendor-keys.ts).
 * - Encodings are followed: JSON in strings, `\uXXXX`, percent, base64 of JSON, PEM and known keys, UTF-16; eight
 *   deep, deeper text is hidden unseen. A body that is still compressed is dropped.
 * - Where the body limit cut a text, half a secret counts as one.
 * - Stays: counts (`total_tokens`), descriptions (`token_type`), places in lists (`next_page_token`), `null`,
 *   booleans and empty values, publishable keys, certificates, e-mail addresses, names, session ids in bodies.
 * - Binary bodies: only secrets that say what they are; the replacement keeps their length.
 * - Not found: a secret that an event stream delivers letter by letter (`delta` events), columns of CSV, values
 *   under names inside protobuf, MessagePack or CBOR, `value` before `name` where a cut fell between them, HTML
 *   form fields (`name="csrf" value="…"`), secrets in prose without a name or form of their own.
 */
export { assumeRedacted, redact } from "./redact.ts";
export { DEFAULT_RULES } from "./rules.ts";
export type { RedactionField, RedactionRule, RedactionRules, SecretSpan } from "./rules.ts";
