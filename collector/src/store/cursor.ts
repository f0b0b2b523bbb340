import { QueryFailed } from "./store.ts";

/** Where a page ended: everything older than this follows. `spanId` "" means: everything before `time`. */
export interface Cursor {
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly spanId: string;
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(`1 ${cursor.time} ${cursor.spanId}`).toString("base64url");
}

/** @throws QueryFailed when it is none that `writeCursor` made */
export function readCursor(text: string): Cursor {
  const parts = /^1 (\d{1,19}) (.*)$/s.exec(Buffer.from(text, "base64url").toString());
  if (parts === null)
    throw new QueryFailed(
      `The cursor (${text.length} characters) is not one that this store gave out. Take nextCursor of the page before, or leave it out for the first page.`,
    );
  return { time: BigInt(parts[1] ?? "0"), spanId: parts[2] ?? "" };
}
