const longest = 256;
const mostSegments = 24;

/**
 * `url.template` of a path that nobody gave one: what varies from call to call becomes `{id}`, `{date}` or
 * `{email}`; what names a resource stays. An inference, made so that calls of one kind group together.
 *
 * Kept although they look variable: API versions (`/2010-04-01/…`, `/api/2024-01/…`, `/1.1/…`, `/3/…`).
 * @param path as in the URL, query and fragment allowed (they are ignored)
 * @returns at most 256 characters; "" for ""
 */
export function routeOf(path: string): string {
  const end = path.search(/[?#]/);
  const segments = (end < 0 ? path : path.slice(0, end)).split("/");
  const kept = segments.length > mostSegments ? [...segments.slice(0, mostSegments), "*"] : segments;
  let first = true;
  const route = kept.map((segment, index) => {
    if (segment === "") return segment;
    const versionPlace = first || kept[index - 1] === "api";
    first = false;
    return versionPlace && isVersion(segment) ? segment : templateOf(segment);
  });
  const text = route.join("/");
  return text.length <= longest ? text : `${text.slice(0, text.lastIndexOf("/", longest - 2) + 1)}*`;
}

function isVersion(segment: string): boolean {
  return /^(\d|\d{1,2}\.\d{1,2}|v?\d{4}-\d{2}(-\d{2})?)$/.test(segment);
}

/** One path segment. A verb after a colon (`123:cancel`) and a file's ending (`8f3a….png`) stay. */
function templateOf(segment: string): string {
  // No rule below takes a short lower-case word; most segments are one.
  if (/^[a-z_-]{1,15}$/.test(segment)) return segment;
  const whole = placeholderOf(segment);
  if (whole !== "") return whole;
  const colon = segment.lastIndexOf(":");
  if (colon > 0) return (placeholderOf(segment.slice(0, colon)) || segment.slice(0, colon)) + segment.slice(colon);
  const dot = segment.lastIndexOf(".");
  if (dot > 0 && fileEnding.test(segment.slice(dot)))
    return (placeholderOf(segment.slice(0, dot)) || segment.slice(0, dot)) + segment.slice(dot);
  return segment;
}

const fileEnding = /^\.[a-z][a-z0-9]{0,4}$/i;
const uuid = /^\{?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\}?$/i;
const numbers = /^[-+]?\d+(\.\d+)?([,;:x][-+]?\d+(\.\d+)?)*$/;
const date = /^\d{4}-\d{2}(-\d{2}(T[\d:.]+(Z|[-+]\d{2}:?\d{2})?)?)?$/i;
const email = /^[^@\s/]{1,64}(@|%40)[^@\s/]{1,190}\.[a-z]{2,}$/i;
/** `ch_3NabC…`, `cus_…`, `price_1…`, `in-9fk2…`: a word, then something that is none. */
const prefixed = /^[a-z]{1,12}([_-][a-z]{1,12}){0,3}[_-]([A-Za-z0-9]{6,})$/;

/** The placeholder for a segment that varies; "" for one that names something. */
function placeholderOf(segment: string): string {
  if (segment.length > 64) return email.test(segment) && segment.length <= 256 ? "{email}" : "{id}";
  if (numbers.test(segment)) return "{id}";
  if (date.test(segment)) return "{date}";
  if (uuid.test(segment)) return "{id}";
  if (email.test(segment)) return "{email}";
  const text = segment.includes("%") ? decoded(segment) : segment;
  return isToken(text) || isPrefixedId(text) ? "{id}" : "";
}

function isPrefixedId(segment: string): boolean {
  if (/^[a-z]{1,12}_\d{4,}$/.test(segment) && !/_\d{8}$/.test(segment)) return true;
  const tail = prefixed.exec(segment)?.[2];
  if (tail === undefined || /^\d{8}$/.test(tail)) return false;
  return looksRandom(tail) || /\d{3}$/.test(tail);
}

/** A run that no word is: hex with digits, upper-case ids, long mixtures of letters and digits, JWTs. */
function isToken(segment: string): boolean {
  if (/^[0-9a-f]{8,}$/i.test(segment)) return /\d/.test(segment) || segment.length >= 16;
  if (/^[A-Z0-9]{8,}$/.test(segment)) return /\d/.test(segment) || segment.length >= 20;
  if (/^[A-Za-z0-9]+$/.test(segment)) return segment.length >= 10 && looksRandom(segment);
  if (!/^[A-Za-z0-9_~+=:.-]{16,}$/.test(segment) || (segment.includes(".") && segment.length < 40)) return false;
  return segment.split(/[_~+=:.-]/).some((part) => part.length >= 10 && looksRandom(part));
}

/** Letters and digits that change places: at least two borders between the kinds, or mixed case inside. */
function looksRandom(text: string): boolean {
  let digits = 0;
  let borders = 0;
  let inner = 0;
  for (let i = 0; i < text.length; i++) {
    const isDigit = kind(text, i) === 2;
    if (isDigit) digits++;
    if (i > 0 && isDigit !== (kind(text, i - 1) === 2)) borders++;
    if (i > 1 && kind(text, i) === 1 && kind(text, i - 1) === 1) inner++;
  }
  if (digits > 0) return borders >= 2 || (digits >= 4 && text.length >= 8) || inner > 0;
  // Without a digit only a long run with capitals that camelCase would not have.
  return text.length >= 20 && inner >= 2;
}

/** 0 lower-case letter, 1 upper-case letter, 2 digit. */
function kind(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 97 ? 0 : code >= 65 ? 1 : 2;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
