/** Bytes of one row of a hex dump. */
export const ROW = 16;

export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** One row: offset, bytes in two groups of eight, and what of them is printable ASCII. */
export function hexRow(bytes: Uint8Array, index: number): HexRow {
  const row = bytes.subarray(index * ROW, index * ROW + ROW);
  const cells = Array.from(row, (byte) => byte.toString(16).padStart(2, "0"));
  const hex = `${cells.slice(0, 8).join(" ").padEnd(23)}  ${cells.slice(8).join(" ").padEnd(23)}`;
  const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
  return { offset: (index * ROW).toString(16).padStart(8, "0"), hex, text };
}
