import type { Virtualizer } from "@tanstack/virtual-core";
import { useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { active } from "../shell/selection.ts";
import { type Feed, feed } from "./feed.ts";
import { useVirtual } from "./virtual.ts";

const ROW_HEIGHT = 30;
/** Where the list is too narrow for columns, a call takes two lines and there are no headings. */
const TWO_LINES_HEIGHT = 50;
const TWO_LINES_BELOW = 560;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 60;

export interface Rows {
  readonly virtual: Virtualizer<HTMLElement, HTMLDivElement>;
  readonly twoLines: boolean;
  /** Height of the headings, which stay in sight and cover the rows below them. */
  readonly headings: number;
}

/** The rows in sight of a feed's calls; reads older pages as the end comes near, and keeps the active row in sight. */
export function useRows(scroller: RefObject<HTMLDivElement | null>, shown: Feed): Rows {
  const narrow = useSignal(false);
  const twoLines = narrow.value;
  const headings = twoLines ? 0 : ROW_HEIGHT;
  const { calls } = shown;
  const virtual = useVirtual<HTMLDivElement>({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (twoLines ? TWO_LINES_HEIGHT : ROW_HEIGHT),
    getItemKey: (row) => calls.at(row)?.id ?? row,
    overscan: 12,
    scrollMargin: headings,
    scrollPaddingStart: headings,
  });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => (narrow.value = (entry?.contentRect.width ?? Infinity) < TWO_LINES_BELOW));
    observer.observe(scroller.current as HTMLDivElement);
    return () => observer.disconnect();
  }, [narrow, scroller]);
  useLayoutEffect(() => virtual.measure(), [virtual, twoLines]);
  useEffect(() => {
    const last = virtual.getVirtualItems().at(-1)?.index ?? 0;
    if (calls.length > 0 && last >= calls.length - AHEAD && shown.older.value === "idle") void shown.readOlder();
  });
  useEffect(() => scroller.current?.scrollTo(0, 0), [scroller, shown]);
  useSignalEffect(() => {
    const row = active.value === "" ? -1 : feed.value.calls.rowOf(active.value);
    if (row >= 0) virtual.scrollToIndex(row, { align: "auto" });
  });
  return { virtual, twoLines, headings };
}
