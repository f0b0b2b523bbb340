import { useComputed, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { active } from "../shell/selection.ts";
import { place } from "../shell/place.ts";
import { feed, scrolledAway } from "./feed.ts";
import { Foot, Nothing } from "./foot.tsx";
import { Row } from "./row.tsx";
import { useVirtual } from "./virtual.ts";

const ROW_HEIGHT = 30;
/** The headings stay in sight and cover the rows below them. */
const HEADINGS_HEIGHT = 30;
/** Rows from the end at which the next page is asked for. */
const AHEAD = 60;
/** Scrolled less than this still counts as being at the top. */
const AT_TOP = 4;

const HEADINGS = [
  ["time", "Time"],
  ["status", "Status"],
  ["method", "Method"],
  ["host", "Host"],
  ["path", "Path"],
  ["duration", "Duration"],
  ["size", "Size"],
  ["service", "Service"],
  ["attempt", "Try"],
] as const;

/** The list: a grid whose focus stays on itself while `aria-activedescendant` walks the rows (ARIA APG, grid). */
export function Grid() {
  const scroller = useRef<HTMLDivElement>(null);
  const shown = feed.value;
  // A read of the signal: rows are in a list that changes in place.
  void shown.version.value;
  const { calls } = shown;
  const virtual = useVirtual<HTMLDivElement>({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (row) => calls.at(row)?.id ?? row,
    overscan: 12,
    scrollMargin: HEADINGS_HEIGHT,
    scrollPaddingStart: HEADINGS_HEIGHT,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (calls.length > 0 && last >= calls.length - AHEAD && shown.older.value === "idle") void shown.readOlder();
  });
  useEffect(() => scroller.current?.scrollTo(0, 0), [shown]);
  useSignalEffect(() => {
    const row = active.value === "" ? -1 : feed.value.calls.rowOf(active.value);
    if (row >= 0) virtual.scrollToIndex(row, { align: "auto" });
  });
  const activeId = useComputed(() => (active.value === "" ? undefined : `call-${active.value}`));
  const inSight = rows.some((row) => calls.at(row.index)?.id === active.value);
  return (
    <div
      ref={scroller}
      id="calls"
      class={`grid${place.value.call === "" ? "" : " beside-call"}`}
      role="grid"
      aria-label="Calls, newest first"
      aria-rowcount={calls.length + 1}
      aria-activedescendant={inSight ? activeId.value : undefined}
      aria-busy={shown.loading.value}
      tabIndex={0}
      onScroll={(event) => (scrolledAway.value = event.currentTarget.scrollTop > AT_TOP)}
    >
      <div role="row" class="headings" aria-rowindex={1}>
        {HEADINGS.map(([name, heading]) => (
          <span role="columnheader" class={`cell-${name}`} key={name}>
            {heading}
          </span>
        ))}
      </div>
      <div role="rowgroup" class="rows" style={{ height: `${virtual.getTotalSize()}px` }}>
        {rows.map((item) => {
          const call = calls.at(item.index);
          return call === undefined ? null : <Row key={call.id} call={call} row={item.index} top={item.start - HEADINGS_HEIGHT} />;
        })}
      </div>
      {calls.length > 0 ? <Foot feed={shown} /> : <Nothing feed={shown} />}
    </div>
  );
}
