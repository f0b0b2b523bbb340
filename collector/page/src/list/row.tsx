import type { CallSummaryJson } from "../../../src/query/api.ts";
import { duration } from "../../../src/query/present/duration.ts";
import { size } from "../../../src/query/present/size.ts";
import { term, withTerm, withoutTerm } from "../filter/terms.ts";
import { clock, day, moment } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { filterBy, openCall, place } from "../shell/place.ts";
import { active } from "../shell/selection.ts";
import { Text } from "../text/text.tsx";
import { visiblePlain } from "../text/visible.ts";
import { Status } from "./status.tsx";

/** Path and query as sent: what is left of the URL without its origin. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  return start === -1 ? url : url.slice(start);
}

/** The port where it is not the scheme's own: `:8443`. */
export function portOf(url: string): string {
  return /^[a-z]+:\/\/(?:\[[^\]]*\]|[^/?#:]*)(:\d+)/i.exec(url)?.[1] ?? "";
}

/** From here on a call counts as slow, as with the quick filter. */
const SLOW_MS = 1_000;

/** Length of the bar behind a duration, 0 … 1: logarithmic, 1 ms to 30 s, so that slow calls stand out at any scale. */
export function slowness(ms: number): number {
  return Math.min(1, Math.max(0.02, Math.log10(Math.max(ms, 1)) / Math.log10(30_000)));
}

/** A button in a cell that narrows the filter to the cell's value, with Alt the other way round. For the mouse; the keyboard has the same in the call. */
function Narrow({ field, value }: { readonly field: string; readonly value: string }) {
  if (value === "") return null;
  const only = term(field, value);
  return (
    <button
      type="button"
      class="narrow"
      tabIndex={-1}
      title={`Only ${visiblePlain(only)} (Alt: without)`}
      onClick={(event) => {
        event.stopPropagation();
        const [added, opposite] = event.altKey ? [`-${only}`, only] : [only, `-${only}`];
        filterBy(withTerm(withoutTerm(place.value.q, opposite), added));
      }}
    >
      <Glyph name="filter" />
    </button>
  );
}

/** One call. Cells that do not fit give way by the list's own width, see list.css. */
export function Row({ call, row, top }: { readonly call: CallSummaryJson; readonly row: number; readonly top: number }) {
  const isActive = active.value === call.id;
  const date = day(call.startTime);
  return (
    <div
      role="row"
      id={`call-${call.id}`}
      aria-rowindex={row + 2}
      aria-selected={place.value.call === call.id}
      class={`row${isActive ? " active" : ""}${call.error === null ? "" : " with-error"}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        active.value = call.id;
        openCall(call.id);
      }}
    >
      <span role="gridcell" class="cell-time" title={moment(call.startTime)}>
        {date !== "" && <span class="day">{date} </span>}
        {clock(call.startTime).slice(0, 8)}
        <span class="fraction">{clock(call.startTime).slice(8)}</span>
      </span>
      <span role="gridcell" class="cell-status">
        <Status call={call} />
      </span>
      <span role="gridcell" class="cell-method">
        <Text value={call.method} />
      </span>
      <span role="gridcell" class="cell-host">
        <Text value={call.host} />
        <span class="quiet">{portOf(call.url)}</span>
        <Narrow field="host" value={call.host} />
      </span>
      <span role="gridcell" class="cell-path" title={visiblePlain(call.url)}>
        <Text value={pathOf(call.url)} />
        {call.error !== null && call.error.message !== "" && (
          <span class="row-error">
            <Text value={call.error.message} />
          </span>
        )}
      </span>
      <span role="gridcell" class="cell-duration">
        <i class={call.durationMs >= SLOW_MS ? "bar slow" : "bar"} style={{ width: `${slowness(call.durationMs) * 100}%` }} />
        {duration(call.durationMs)}
      </span>
      <span role="gridcell" class="cell-size">
        {size(call.response.bodySize)}
      </span>
      <span role="gridcell" class="cell-service">
        <Text value={call.service} />
        <Narrow field="service" value={call.service} />
      </span>
      <span role="gridcell" class="cell-attempt" title={call.attempt > 1 ? `Attempt ${call.attempt} of the same call` : undefined}>
        {call.attempt > 1 ? `×${call.attempt}` : ""}
      </span>
    </div>
  );
}
