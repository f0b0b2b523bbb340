/**
 * A ClickHouse string literal of which every byte but letters, digits and a few harmless marks is written as `\xHH`:
 * no value can end the literal, and no NUL can end the statement at the C boundary.
 */
export function literal(value: string): string {
  let text = "'";
  for (const byte of Buffer.from(value, "utf8")) {
    const harmless =
      (byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x41 && byte <= 0x5a) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte === 0x20 ||
      (byte >= 0x2c && byte <= 0x2e) ||
      byte === 0x5f;
    text += harmless ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `${text}'`;
}
