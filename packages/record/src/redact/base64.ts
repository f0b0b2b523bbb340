const VALUE = new Uint8Array(256).fill(64);
for (const [i, letter] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  VALUE[letter.charCodeAt(0)] = i;
}
VALUE[0x2d] = 62;
VALUE[0x5f] = 63;

/** Decodes base64 or base64url (RFC 4648) of `bytes[from, to)`; what is neither is skipped, so never an error. */
export function decodeBase64(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(((to - from) * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let i = from; i < to; i++) {
    const value = VALUE[bytes[i] ?? 0] ?? 64;
    if (value === 64) continue;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[length++] = (bits >> held) & 0xff;
    }
  }
  return out.subarray(0, length);
}
