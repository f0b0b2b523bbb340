import { useRef } from "preact/hooks";
import { active } from "../shell/selection.ts";
import { feed, scrolledAway } from "./feed.ts";
import { Foot, Nothing } from "./foot.tsx";
import { Row } from "./row.tsx";
import { useRows } from "./rows.ts";

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
  const { virtual, twoLines, headings } = useRows(scroller, shown);
  const rows = virtual.getVirtualItems();
  const inSight = rows.some((row) => calls.at(row.index)?.id === active.value);
  return (
    <div
      ref={scroller}
      id="calls"
      class={twoLines ? "grid two-lines" : "grid"}
      role="grid"
      aria-label="Calls, newest first"
      aria-rowcount={calls.length + 1}
      aria-activedescendant={inSight ? `call-${active.value}` : undefined}
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
          return call === undefined ? null : <Row key={call.id} call={call} row={item.index} top={item.start - headings} />;
        })}
      </div>
      {calls.length > 0 ? <Foot feed={shown} /> : <Nothing feed={shown} />}
    </div>
  );
}
