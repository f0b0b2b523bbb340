import { headerGroups } from "../attributes.ts";
import type { HeaderPairs } from "../call.ts";
import { elementOf, elementsPair, keyOf, stringListPair, stringsPair } from "./value.ts";
import type { ProtoWriter } from "./writer.ts";

/** A field name seen before, ready to write. */
interface Field {
  /** Key of the field's attribute; names that differ only in case share it. */
  readonly attribute: { readonly key: Uint8Array; message: number };
  /** The name itself as an element of the list of names. */
  readonly element: Uint8Array;
}

const mostNames = 1024;
const noHeaders: HeaderPairs = [];

/**
 * Writes a message's fields, one attribute per lower-cased name. An API uses the same few dozen names all day,
 * so what is written of them is kept (about 1,024 names; they are other people's text, so a full memory starts again).
 */
export class HeaderEncoder {
  readonly #prefix: string;
  readonly #byName = new Map<string, Field>();
  /** The fields of the message at hand, looked up once for both attributes. */
  #headers: HeaderPairs = noHeaders;
  readonly #fields: Field[] = [];
  /** Numbers the messages: finds repeated fields without a set for each message. */
  #message = 0;
  #repeated = false;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** One attribute with all names in their order and case. */
  writeNames(writer: ProtoWriter, tag: number, key: Uint8Array, headers: HeaderPairs): void {
    const fields = this.#lookUp(headers);
    let size = 0;
    for (let i = 0; i < headers.length; i++) size += fields[i]!.element.length;
    elementsPair(writer, tag, key, size);
    for (let i = 0; i < headers.length; i++) writer.raw(fields[i]!.element);
  }

  /** One attribute per name: the values of its fields in order. */
  writeFields(writer: ProtoWriter, tag: number, headers: HeaderPairs): void {
    const fields = this.#lookUp(headers);
    if (this.#repeated) {
      for (const [lowerName, values] of headerGroups(headers)) stringsPair(writer, tag, this.#field(lowerName).attribute.key, values);
    } else {
      for (let i = 0; i < headers.length; i++) stringListPair(writer, tag, fields[i]!.attribute.key, headers[i]![1]);
    }
    this.#headers = noHeaders;
  }

  #lookUp(headers: HeaderPairs): readonly Field[] {
    if (headers === this.#headers) return this.#fields;
    if (this.#byName.size >= mostNames) this.#byName.clear();
    const message = ++this.#message;
    this.#headers = headers;
    this.#repeated = false;
    for (let i = 0; i < headers.length; i++) {
      const field = this.#field(headers[i]![0]);
      this.#repeated ||= field.attribute.message === message;
      field.attribute.message = message;
      this.#fields[i] = field;
    }
    return this.#fields;
  }

  #field(name: string): Field {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const lowerName = name.toLowerCase();
    const attribute = this.#byName.get(lowerName)?.attribute ?? { key: keyOf(this.#prefix + lowerName), message: 0 };
    const field = { attribute, element: elementOf(name) };
    this.#byName.set(name, field);
    if (lowerName !== name && !this.#byName.has(lowerName)) this.#byName.set(lowerName, { attribute, element: elementOf(lowerName) });
    return field;
  }
}
