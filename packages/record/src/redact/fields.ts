import { scanBody, mediaTypeOf } from "./body.ts";
import { scanContent } from "./content.ts";
import { applyToBytes, applyToString, replacement } from "./edits.ts";
import type { Edit } from "./edits.ts";
import type { Findings } from "./findings.ts";
import { isBoring, isIdle } from "./idle.ts";
import { headerName, hidesHeader } from "./header-names.ts";
import { Name, classifyName } from "./names.ts";
import type { RedactionField, RedactionRules } from "./rules.ts";
import { Scan } from "./scan.ts";
import { hidesValue } from "./values.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);
const scratch = new Uint8Array(8192);
const nameScratch = new Uint8Array(256);
const OPTIONS = { cut: false, content: scanContent };

/** Routes in which the default rules found nothing, with their host. */
const cleanRoutes = new Map<string, string>();
const MOST_ROUTES = 500;
/** Longer values and routes are looked through each time. */
const LONGEST_KEPT = 256;

/** Redacts the fields of one call; what fails is dropped and noted. */
export class Fields {
  readonly #rules: RedactionRules;
  readonly #findings: Findings;

  constructor(rules: RedactionRules, findings: Findings) {
    this.#rules = rules;
    this.#findings = findings;
  }

  /**
   * A text that may hold secrets anywhere. Strings that hold none come back as they are.
   * @param name completes the place, in lower case: `request.header.` and `X-Debug`.
   */
  text(place: string, value: string, name = ""): string {
    if (this.#rules.custom.length === 0 && (value.length < 4 || isBoring(value))) return value;
    try {
      const bytes = units(value, scratch);
      if (isIdle(new Scan(bytes, 0, value.length, OPTIONS), false)) return this.#customText(place, value, name);
      const scan = new Scan(bytes, 0, value.length, OPTIONS);
      scanContent(scan);
      const edits = scan.edits.merged();
      if (edits.length > 0) this.#findings.edits(place + name.toLowerCase(), edits);
      return this.#customText(place, edits.length === 0 ? value : applyToString(value, edits), name);
    } catch {
      this.drop(place + name.toLowerCase(), "redaction-failed");
      return "";
    }
  }

  /** A name that somebody chose: default rules only, so that a failing custom rule cannot make all names the same. */
  label(place: string, value: string): string {
    if (value.length < 8 || isBoring(value)) return value;
    try {
      const scan = new Scan(units(value, scratch), 0, value.length, OPTIONS);
      scanContent(scan);
      const edits = scan.edits.merged();
      this.#findings.edits(place, edits);
      return edits.length === 0 ? value : applyToString(value, edits);
    } catch {
      this.drop(place, "redaction-failed");
      return "";
    }
  }

  /** A text with a name of its own: a tag, a resource attribute. */
  named(place: string, name: string, value: string): string {
    try {
      const nameClass = classifyName(units(name, nameScratch), 0, name.length, false);
      if (nameClass !== Name.plain && hidesValue(nameClass, units(value, scratch), 0, value.length))
        return this.#hidden(place + name, "key-name");
    } catch {
      this.drop(place + name, "redaction-failed");
      return "";
    }
    return this.text(place + name, value);
  }

  header(place: string, name: string, value: string): string {
    if (value === "") return this.text(place, value, name);
    const known = headerName(name);
    if (hidesHeader(known, value)) return this.#hidden(place + name.toLowerCase(), "header-name");
    if (known.clean === value && this.#hasDefaultRules) return value;
    const text = this.text(place, value, name);
    if (value.length <= LONGEST_KEPT && text === value && this.#hasDefaultRules) known.clean = value;
    return text;
  }

  /** The route of calls to `host`: a path, for which the host's rules for secrets in paths hold as for the URL. */
  route(host: string, route: string): string {
    if (route === "") return "";
    if (cleanRoutes.get(route) === host && this.#hasDefaultRules) return route;
    const prefix = `https://${host}`;
    const whole = this.url("route", prefix + route);
    const redacted = whole.startsWith(prefix) ? whole.slice(prefix.length) : "";
    if (redacted === route && route.length <= LONGEST_KEPT && this.#hasDefaultRules) {
      if (cleanRoutes.size >= MOST_ROUTES) cleanRoutes.clear();
      cleanRoutes.set(route, host);
    }
    return redacted;
  }

  /** Absolute URL: userinfo goes, secrets in path, query and fragment are replaced. */
  url(place: string, value: string): string {
    const start = value.indexOf("://") + 3;
    if (start < 3) return this.text(place, value);
    let end = start;
    let at = -1;
    for (; end < value.length; end++) {
      const unit = value.charCodeAt(end);
      if (unit === 0x2f || unit === 0x3f || unit === 0x23 || unit === 0x5c) break;
      if (unit === 0x40) at = end;
    }
    if (at < start) return this.text(place, value);
    this.#findings.redacted(`${place}.userinfo`, "url-userinfo");
    return this.text(place, value.slice(0, start) + value.slice(at + 1));
  }

  body(place: string, body: Uint8Array, contentType: string, cut: boolean): Uint8Array {
    if (body.length === 0) return body;
    try {
      const edits = scanBody(body, contentType, cut).edits.merged();
      this.#findings.edits(place, edits);
      return this.#custom(applyToBytes(body, edits), { place, mediaType: mediaTypeOf(contentType).type, cut });
    } catch {
      this.drop(place, "redaction-failed");
      return NOTHING;
    }
  }

  get #hasDefaultRules(): boolean {
    return this.#rules.custom.length === 0;
  }

  /** Notes that a field is not kept. */
  drop(place: string, reason: string): void {
    this.#findings.dropped(place, reason);
  }

  #hidden(place: string, rule: string): string {
    this.#findings.redacted(place, rule);
    return replacement(rule);
  }

  #customText(place: string, value: string, name: string): string {
    if (this.#rules.custom.length === 0) return value;
    const before = encoder.encode(value);
    const after = this.#custom(before, { place: place + name.toLowerCase(), mediaType: "", cut: false });
    return after === before ? value : decoder.decode(after);
  }

  #custom(value: Uint8Array, field: RedactionField): Uint8Array {
    let bytes = value;
    for (const rule of this.#rules.custom) {
      const edits: Edit[] = [];
      for (const [from, to] of rule.find(bytes, field)) {
        const valid = Number.isInteger(from) && Number.isInteger(to) && from >= (edits.at(-1)?.to ?? 0) && to >= from && to <= bytes.length;
        if (!valid) throw new RangeError(`redaction rule ${rule.name}: span [${from}, ${to}) is outside the value or out of order`);
        edits.push({ from, to, text: replacement(rule.name), rule: rule.name, where: "" });
      }
      this.#findings.edits(field.place, edits);
      bytes = applyToBytes(bytes, edits);
    }
    return bytes;
  }
}

/** UTF-16 units as bytes, one for one, 0xFF for what is not Latin-1, so that offsets hold for the string. */
function units(value: string, into: Uint8Array): Uint8Array {
  const { length } = value;
  const bytes = length <= into.length ? into : new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    bytes[i] = unit < 0xff ? unit : 0xff;
  }
  return bytes;
}
