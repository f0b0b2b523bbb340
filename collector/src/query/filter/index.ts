export { FilterError } from "./error.ts";
export { type FieldSpec, fields, prefixes } from "./fields.ts";
export { grammar } from "./grammar.ts";
export { matches, SearchableCall } from "./match.ts";
export { parseFilter } from "./parse.ts";
export { printFilter } from "./print.ts";
export { suggest, type Suggestion, type Suggestions } from "./suggest.ts";
