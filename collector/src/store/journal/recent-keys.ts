/** 64-bit keys of texts, as pairs of 32-bit numbers: low, high, low, high … */
export type Keys = Uint32Array;

function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Writes the key of `text` at `keys[index]`, `keys[index + 1]`; never 0, 0, which marks an empty slot. */
export function keyOf(text: string, keys: Keys, index: number): void {
  let low = 0x811c_9dc5;
  let high = 0x9747_b28c;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x0100_0193);
    high = Math.imul((high << 13) | (high >>> 19), 5) ^ Math.imul(unit + 0x9e37, 0xcc9e_2d51);
  }
  low = finish(low ^ Math.imul(high, 0x1b87_3593));
  high = finish(high ^ text.length);
  keys[index] = low === 0 && high === 0 ? 1 : low;
  keys[index + 1] = high;
}

/** Open addressing over a power of two of slots, at most half full. */
class KeySet {
  private slots: Keys = new Uint32Array(2 * 1024);
  size = 0;

  has(low: number, high: number): boolean {
    const at = this.find(low, high);
    return this.slots[at] === low && this.slots[at + 1] === high;
  }

  add(low: number, high: number): void {
    if ((this.size + 1) * 4 > this.slots.length) this.grow();
    const at = this.find(low, high);
    if (this.slots[at] === low && this.slots[at + 1] === high) return;
    this.slots[at] = low;
    this.slots[at + 1] = high;
    this.size += 1;
  }

  /** Index of the key's slot, or of the empty one where it would go. */
  private find(low: number, high: number): number {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 2;
      const there = slots[at];
      const thereHigh = slots[at + 1];
      if ((there === low && thereHigh === high) || (there === 0 && thereHigh === 0)) return at;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(old.length * 2);
    this.size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (low !== 0 || high !== 0) this.add(low, high);
    }
  }
}

/**
 * Remembers the newest keys: at least `capacity`, at most twice as many, 16 to 32 bytes each. A false "seen" needs two
 * of them to agree in 64 bits: 1 in 10^13 calls at two million keys.
 */
export class RecentKeys {
  private readonly capacity: number;
  private current = new KeySet();
  private previous = new KeySet();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  has(keys: Keys, index: number): boolean {
    const low = keys[index] ?? 0;
    const high = keys[index + 1] ?? 0;
    return this.current.has(low, high) || this.previous.has(low, high);
  }

  add(keys: Keys): void {
    for (let index = 0; index < keys.length; index += 2) {
      if (this.current.size >= this.capacity) {
        this.previous = this.current;
        this.current = new KeySet();
      }
      this.current.add(keys[index] ?? 0, keys[index + 1] ?? 0);
    }
  }
}
