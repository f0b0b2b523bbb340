import { DIGIT, WORD, is } from "./bytes.ts";

const number = new Uint8Array(20);
/** Lengths of the digit groups of the number being read. */
const groups = new Uint8Array(8);

/**
 * Recognises a payment card number that begins at `from` (a digit, no word byte and no `.` before it):
 * digits alone, or grouped 4-4-4-4(-3), 4-6-5 or 4-6-4 by single spaces or hyphens; prefix and length known
 * (ISO/IEC 7812 issuer ranges) and the check digit right (Luhn, ISO/IEC 7812-1 annex B). Time stamps, order
 * numbers, telephone numbers and most identifiers fail one of the three. Thirteen-digit numbers are left
 * alone: no issuer uses them any more, and every article in a shop has one (EAN-13).
 * @param cut the text was cut at `to`: the first seven or more digits of a card are then enough.
 * @returns the offset after the number, or `from` when there is no card.
 */
export function cardEnd(bytes: Uint8Array, from: number, to: number, cut: boolean): number {
  let best = from;
  let count = 0;
  let group = 0;
  let i = from;
  for (;;) {
    const start = i;
    while (i < to && is(bytes, i, DIGIT)) {
      if (count === 19) return best;
      number[count++] = (bytes[i++] ?? 0) - 0x30;
    }
    groups[group++] = i - start;
    if (count >= 14 && !(i < to && is(bytes, i, WORD)) && hasLength(count) && luhn(count)) best = i;
    const separated = i < to && (bytes[i] === 0x20 || bytes[i] === 0x2d);
    if (cut && count >= 7 && i + (separated ? 1 : 0) >= to && issuerLengths(count) !== 0) return to;
    if (!separated || !mayGoOn(group) || !(i + 1 < to && is(bytes, i + 1, DIGIT))) return best;
    i++;
  }
}

function mayGoOn(group: number): boolean {
  if (group === 1) return groups[0] === 4;
  if (group === 2) return groups[1] === 4 || groups[1] === 6;
  if (group === 3) return groups[1] === 4 && groups[2] === 4;
  return group === 4 && groups[3] === 4;
}

function hasLength(count: number): boolean {
  return (issuerLengths(count) & (1 << count)) !== 0;
}

const L14 = 1 << 14;
const L15 = 1 << 15;
const L16 = 1 << 16;
const L19 = 1 << 19;
const L16TO19 = L16 | (1 << 17) | (1 << 18) | L19;

/** Issuer ranges by the first four digits: first, last, bits of the known lengths. Looked through in order. */
const ISSUERS: readonly (readonly [first: number, last: number, lengths: number])[] = [
  [4000, 4999, L16 | L19],
  [5100, 5599, L16],
  [2221, 2720, L16],
  [3400, 3499, L15],
  [3700, 3799, L15],
  [2200, 2205, L16TO19],
  [3528, 3589, L16],
  [3000, 3059, L14 | L16],
  [3095, 3095, L14 | L16],
  [3600, 3699, L14 | L16],
  [3800, 3999, L14 | L16],
  [6011, 6011, L16],
  [6440, 6599, L16],
  [6200, 6299, L16TO19],
  [8100, 8199, L16],
  [6000, 6099, L16],
  [8200, 8299, L16],
  [5018, 5018, L16TO19],
  [5020, 5020, L16TO19],
  [5038, 5038, L16TO19],
  [5893, 5893, L16TO19],
  [6304, 6304, L16TO19],
  [6759, 6763, L16TO19],
  [9792, 9792, L16],
];

/** Bit n is set when the issuer that the first digits name has numbers of n digits. */
function issuerLengths(count: number): number {
  if (count < 4) return 0;
  const head = (number[0] ?? 0) * 1000 + (number[1] ?? 0) * 100 + (number[2] ?? 0) * 10 + (number[3] ?? 0);
  for (const [first, last, lengths] of ISSUERS) if (head >= first && head <= last) return lengths;
  return 0;
}

function luhn(count: number): boolean {
  let sum = 0;
  for (let i = count - 1, double = false; i >= 0; i--, double = !double) {
    const digit = number[i] ?? 0;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
