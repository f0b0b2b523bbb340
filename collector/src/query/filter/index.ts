export { FilterError } from "./error.ts";
export { fields, prefixes } from "./fields.ts";
export { grammar } from "./grammar.ts";
export { matches } from "./match.ts";
export { parseFilter } from "./parse.ts";
export { printFilter } from "./print.ts";
export { suggest } from "./suggest.ts";
