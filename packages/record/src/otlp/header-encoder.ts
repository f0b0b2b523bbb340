import { headerGroups } from "../attributes.ts";
import type { HeaderPairs } from "../call.ts";
import { keyOf, stringListPair, stringsPair } from "./value.ts";
import type { ProtoWriter } from "./writer.ts";

/** A field name seen before: its attribute key, ready to write. */
interface Field {
  readonly key: Uint8Array;
  /** The last message it stood in: finds repeated fields without a set per message. */
  message: number;
}

const mostNames = 1024;

/**
 * Writes a message's fields, one attribute per lower-cased name. An API uses the same few dozen names all day,
 * so their keys are kept (at most 1,024 names; names are other people's text, so the memory starts again when full).
 */
export class HeaderEncoder {
  readonly #prefix: string;
  readonly #byName = new Map<string, Field>();
  #message = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  write(writer: ProtoWriter, tag: number, headers: HeaderPairs): void {
    const message = ++this.#message;
    if (this.#byName.size >= mostNames) this.#byName.clear();
    let repeated = false;
    for (const [name] of headers) {
      const field = this.#field(name);
      repeated ||= field.message === message;
      field.message = message;
    }
    if (repeated) {
      for (const [lowerName, values] of headerGroups(headers)) stringsPair(writer, tag, this.#field(lowerName).key, values);
      return;
    }
    for (const [name, value] of headers) stringListPair(writer, tag, this.#field(name).key, value);
  }

  #field(name: string): Field {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const lowerName = name.toLowerCase();
    const field = this.#byName.get(lowerName) ?? { key: keyOf(this.#prefix + lowerName), message: 0 };
    this.#byName.set(lowerName, field);
    this.#byName.set(name, field);
    return field;
  }
}
