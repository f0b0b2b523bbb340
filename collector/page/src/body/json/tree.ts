import { type JsonScan, NodeKind } from "./scan.ts";

/** Lines that a document shows when it opens; what does not fit stays folded. */
const FIRST_LINES = 400;

/** One line of the tree. */
export interface TreeLine {
  readonly node: number;
  readonly depth: number;
  /** The line that closes a container. */
  readonly closing: boolean;
}

export function isContainer(scan: JsonScan, node: number): boolean {
  const kind = scan.kind(node);
  return kind === NodeKind.object || kind === NodeKind.array;
}

/** The members or elements that a container holds itself. */
export function children(scan: JsonScan, node: number): readonly number[] {
  const found: number[] = [];
  for (let child = node + 1; child < scan.next(node); child = scan.next(child)) found.push(child);
  return found;
}

/**
 * The lines of a document with some of its containers unfolded. Lines are kept as two numbers each, because a document
 * may have a million of them.
 */
export class JsonTree {
  readonly scan: JsonScan;
  #unfolded = new Set<number>();
  /** Node numbers; a closing line is the complement of its container's number. */
  #lines: number[] = [];
  #depths: number[] = [];

  constructor(scan: JsonScan) {
    this.scan = scan;
    this.#unfoldToFit();
    this.#layOut();
  }

  get length(): number {
    return this.#lines.length;
  }

  line(index: number): TreeLine {
    const code = this.#lines[index] ?? 0;
    return { node: code < 0 ? ~code : code, depth: this.#depths[index] ?? 0, closing: code < 0 };
  }

  isUnfolded(node: number): boolean {
    return this.#unfolded.has(node);
  }

  toggle(node: number): void {
    if (!this.#unfolded.delete(node)) this.#unfolded.add(node);
    this.#layOut();
  }

  /** Takes in what the scan has read since; what is unfolded stays so. */
  grow(): void {
    this.#layOut();
  }

  /** Unfolds or folds a container and all within. */
  toggleAll(node: number): void {
    const unfold = !this.#unfolded.has(node);
    for (let inner = node; inner < this.scan.next(node); inner++) {
      if (!isContainer(this.scan, inner)) continue;
      if (unfold) this.#unfolded.add(inner);
      else this.#unfolded.delete(inner);
    }
    this.#layOut();
  }

  /** Unfolds what holds a node. @returns the node's line. */
  reveal(node: number): number {
    for (let outer = 0; outer < node;) {
      if (isContainer(this.scan, outer) && this.scan.next(outer) > node) {
        this.#unfolded.add(outer);
        outer++;
      } else outer = this.scan.next(outer);
    }
    this.#layOut();
    return this.#lines.indexOf(node);
  }

  /** Level by level and from the top, as long as the lines fit; the outermost always. */
  #unfoldToFit(): void {
    if (this.scan.nodes === 0) return;
    let level = isContainer(this.scan, 0) ? [0] : [];
    let lines = 1;
    for (let first = true; level.length > 0; first = false) {
      const inner: number[] = [];
      for (const node of level) {
        const held = children(this.scan, node);
        if (!first && lines + held.length + 1 > FIRST_LINES) return;
        // A long list leaves room to show how its first elements look.
        lines = first ? Math.min(held.length + 1, FIRST_LINES / 2) : lines + held.length + 1;
        this.#unfolded.add(node);
        for (const child of held) if (isContainer(this.scan, child) && this.scan.next(child) > child + 1) inner.push(child);
      }
      level = inner;
    }
  }

  #layOut(): void {
    this.#lines = [];
    this.#depths = [];
    const { scan } = this;
    const open: number[] = [];
    const closeUpTo = (node: number): void => {
      for (let last = open.at(-1); last !== undefined && scan.next(last) <= node; last = open.at(-1)) {
        open.pop();
        this.#lines.push(~last);
        this.#depths.push(open.length);
      }
    };
    let node = 0;
    while (node < scan.nodes) {
      closeUpTo(node);
      this.#lines.push(node);
      this.#depths.push(open.length);
      if (!isContainer(scan, node)) node++;
      else if (this.#unfolded.has(node) && scan.next(node) > node + 1) {
        open.push(node);
        node++;
      } else node = scan.next(node);
    }
    closeUpTo(scan.nodes);
  }
}
