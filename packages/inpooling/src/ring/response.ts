import { ResponseAt } from "./layout.ts";
import type { RingProducer } from "./producer.ts";
import { writeBytes, writeLatin1 } from "./text.ts";

/**
 * Writes a RESPONSE frame, without publishing it. Fields may be strings or bytes, as clients hand them out.
 * @returns its place, or undefined when it finds no room within `most` bytes.
 */
export function writeResponse(
  ring: RingProducer,
  status: number,
  statusText: string,
  fields: readonly (string | Uint8Array)[],
  most: number,
  keepFree: number,
): { readonly at: number; readonly size: number } | undefined {
  const count = fields.length;
  const head = ResponseAt.table + 4 * count;
  let size = head + statusText.length;
  for (let index = 0; index < count; index += 1) size += fields[index]?.length ?? 0;
  if (size > most) return undefined;
  const at = ring.reserve(size, keepFree);
  if (at < 0) return undefined;
  const { bytes, int32 } = ring;
  int32[(at + ResponseAt.status) >> 2] = status;
  int32[(at + ResponseAt.statusTextBytes) >> 2] = statusText.length;
  int32[(at + ResponseAt.fields) >> 2] = count;
  const table = (at + ResponseAt.table) >> 2;
  let end = writeLatin1(bytes, statusText, at + head);
  for (let index = 0; index < count; index += 1) {
    const field = fields[index] ?? "";
    int32[table + index] = field.length;
    end = typeof field === "string" ? writeLatin1(bytes, field, end) : writeBytes(bytes, field, field.length, end);
  }
  return { at, size };
}
