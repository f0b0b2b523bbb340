import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { feed } from "../list/feed.ts";
import { Glyph } from "../shell/icons.tsx";
import { filterBy, place } from "../shell/place.ts";
import { Text } from "../text/text.tsx";
import { Ask, type Mistake } from "./ask.ts";
import { Chips } from "./chips.tsx";
import { Suggestions } from "./suggestions.tsx";

export const FILTER_INPUT = "filter";

/** The line again, invisible but for what marks the mistake: an input cannot underline a part of itself. */
function Mirror({ line, mistake, scroll }: { readonly line: string; readonly mistake: Mistake; readonly scroll: number }) {
  const end = Math.max(mistake.end, mistake.start + 1);
  return (
    <div class="mirror" aria-hidden="true">
      <span style={{ transform: `translateX(${-scroll}px)` }}>
        {line.slice(0, mistake.start)}
        <mark>{line.slice(mistake.start, end) || " "}</mark>
        {line.slice(end)}
      </span>
    </div>
  );
}

function Complaint({ mistake }: { readonly mistake: Mistake }) {
  return (
    <p class="complaint" id="filter-error" role="alert">
      <Glyph name="warning" />
      <span>
        <Text value={mistake.message} /> {mistake.remedy !== "" && <Text value={mistake.remedy} />}
        <span class="quiet"> (column {mistake.start + 1})</span>
      </span>
    </p>
  );
}

/** The filter: one line of the language that the command line has, too, with its mistakes shown where they stand. */
export function FilterBar() {
  const input = useRef<HTMLInputElement>(null);
  const line = useSignal(place.value.q);
  const scroll = useSignal(0);
  const ask = useSignal(new Ask()).value;
  useSignalEffect(() => {
    line.value = place.value.q;
    ask.forget();
  });
  useEffect(() => () => ask.forget(), [ask]);

  const failed = feed.value.error.value;
  const refused: Mistake | undefined =
    failed?.code === "bad-filter" && line.value === feed.value.q
      ? { message: failed.message, remedy: failed.remedy, start: failed.start ?? 0, end: failed.end ?? line.value.length }
      : undefined;
  const mistake = ask.mistake.value ?? refused;

  const write = (text: string, cursor: number): void => {
    line.value = text;
    ask.about(text, cursor);
  };
  const accept = (index: number): void => {
    const taken = ask.take(line.value, index);
    if (taken === undefined || input.current === null) return;
    // The element first: setting the cursor needs the text to be there.
    input.current.value = taken.line;
    input.current.setSelectionRange(taken.cursor, taken.cursor);
    input.current.focus();
    write(taken.line, taken.cursor);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const open = ask.items.value.length > 0;
    if (event.key === "Enter" && ask.chosen.value < 0) {
      ask.forget();
      filterBy(line.value);
    } else if (open && (event.key === "Enter" || event.key === "Tab")) accept(Math.max(0, ask.chosen.value));
    else if (open && event.key === "ArrowDown") ask.choose(1);
    else if (open && event.key === "ArrowUp") ask.choose(-1);
    else if (event.key === "Escape" && open) ask.hide();
    else if (event.key === "Escape") {
      line.value = place.value.q;
      document.getElementById("calls")?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <search class="filter">
      <form
        class={`line${mistake === undefined ? "" : " has-mistake"}`}
        onSubmit={(event) => {
          event.preventDefault();
          filterBy(line.value);
        }}
      >
        <Glyph name="search" />
        <div class="field">
          {mistake !== undefined && <Mirror line={line.value} mistake={mistake} scroll={scroll.value} />}
          <input
            ref={input}
            id={FILTER_INPUT}
            type="text"
            role="combobox"
            aria-label="Filter"
            aria-expanded={ask.items.value.length > 0}
            aria-controls="filter-suggestions"
            aria-autocomplete="list"
            aria-activedescendant={ask.chosen.value < 0 ? undefined : `filter-suggestion-${ask.chosen.value}`}
            aria-invalid={mistake !== undefined}
            aria-describedby={mistake === undefined ? undefined : "filter-error"}
            placeholder="host:api.stripe.com status:>=500 last:15m"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="search"
            value={line.value}
            onInput={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
            onFocus={(event) => ask.about(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
            onClick={(event) => ask.about(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
            onBlur={() => ask.hide()}
            onScroll={(event) => (scroll.value = event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
          />
          <Suggestions ask={ask} onAccept={accept} />
        </div>
        {line.value === "" ? (
          <kbd title="Press / to write a filter">/</kbd>
        ) : (
          <button
            type="button"
            class="tool"
            aria-label="Remove the filter"
            onClick={() => {
              line.value = "";
              filterBy("");
            }}
          >
            <Glyph name="close" />
          </button>
        )}
      </form>
      <Chips />
      {mistake !== undefined && <Complaint mistake={mistake} />}
    </search>
  );
}
