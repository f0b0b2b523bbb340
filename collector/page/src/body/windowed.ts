import type { Virtualizer } from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useVirtual } from "../list/virtual.ts";

/** Up to so many lines are all in the page, so that the browser's own find and select-all reach them. */
const ALL_AT_ONCE = 400;

export interface Windowed {
  /** For the element that holds the lines. */
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly virtual: Virtualizer<HTMLElement, HTMLElement>;
}

/** Lines of any height, of which only those in sight are in the page; they scroll with the call around them. */
export function useWindowed(count: number, lineHeight: number, keyOf: (index: number) => string | number = (index) => index): Windowed {
  const ref = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const scroller = (): HTMLElement | null => ref.current?.closest<HTMLElement>(".call-scroll") ?? null;
  const virtual = useVirtual<HTMLElement>({
    count,
    getScrollElement: scroller,
    estimateSize: () => lineHeight,
    getItemKey: keyOf,
    overscan: count <= ALL_AT_ONCE ? count : 24,
    scrollMargin: margin,
    scrollPaddingStart: 120,
    scrollPaddingEnd: 60,
  });
  // What stands above (headers, badges) folds and unfolds: the lines then begin elsewhere.
  useLayoutEffect(() => {
    const [lines, outer] = [ref.current, scroller()];
    if (lines === null || outer === null) return undefined;
    const measure = (): void =>
      setMargin(Math.round(lines.getBoundingClientRect().top - outer.getBoundingClientRect().top + outer.scrollTop));
    measure();
    const observer = new ResizeObserver(measure);
    for (let above: Element | null = lines; above !== null && above !== outer; above = above.parentElement) {
      for (let sibling = above.previousElementSibling; sibling !== null; sibling = sibling.previousElementSibling)
        observer.observe(sibling);
    }
    return () => observer.disconnect();
  }, []);
  return { ref, virtual };
}
