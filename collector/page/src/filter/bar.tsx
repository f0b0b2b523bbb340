import { useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { sentence } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { filter } from "../shell/place.ts";
import { Text } from "../text/text.tsx";
import type { Mistake } from "./ask.ts";
import { Chips } from "./chips.tsx";
import { Editor } from "./editor.ts";
import { Suggestions } from "./suggestions.tsx";

export const FILTER_INPUT = "filter";

/** The line again, invisible but for what marks the mistake: an input cannot underline a part of itself. */
function Mirror({ editor, mistake }: { readonly editor: Editor; readonly mistake: Mistake }) {
  const line = editor.line.value;
  const end = Math.max(mistake.end, mistake.start + 1);
  return (
    <div class="mirror" aria-hidden="true">
      <span style={{ transform: `translateX(${-editor.scroll.value}px)` }}>
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
        Column {mistake.start + 1}: <Text value={sentence(mistake.message)} /> {mistake.remedy !== "" && <Text value={mistake.remedy} />}
      </span>
    </p>
  );
}

function FilterInput({ editor }: { readonly editor: Editor }) {
  const { ask } = editor;
  const wrong = editor.mistake.value !== undefined;
  const look = ({ currentTarget: input }: { readonly currentTarget: HTMLInputElement }): void =>
    ask.about(input.value, input.selectionStart ?? 0);
  return (
    <input
      ref={(element) => void (editor.input = element)}
      id={FILTER_INPUT}
      type="text"
      role="combobox"
      aria-label="Filter"
      aria-expanded={ask.items.value.length > 0}
      aria-controls="filter-suggestions"
      aria-autocomplete="list"
      aria-activedescendant={ask.chosen.value < 0 ? undefined : `filter-suggestion-${ask.chosen.value}`}
      aria-invalid={wrong}
      aria-describedby={wrong ? "filter-error" : undefined}
      placeholder="host:api.stripe.com status:>=500 last:15m"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      enterkeyhint="search"
      value={editor.line.value}
      onInput={(event) => editor.write(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
      onFocus={look}
      onClick={look}
      onBlur={() => ask.hide()}
      onScroll={(event) => (editor.scroll.value = event.currentTarget.scrollLeft)}
      onKeyDown={(event) => {
        if (!editor.key(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

/** The filter: one line of the language that the command line has, too, with its mistakes shown where they stand. */
export function FilterBar() {
  const editor = useMemo(() => new Editor(), []);
  useSignalEffect(() => editor.reset(filter.value));
  const mistake = editor.mistake.value;
  return (
    <search class="filter">
      <form
        class={`line${mistake === undefined ? "" : " has-mistake"}`}
        onSubmit={(event) => {
          event.preventDefault();
          editor.apply();
        }}
      >
        <Glyph name="search" />
        <div class="field">
          {mistake !== undefined && <Mirror editor={editor} mistake={mistake} />}
          <FilterInput editor={editor} />
          <Suggestions ask={editor.ask} onAccept={(index) => void editor.accept(index)} />
        </div>
        {editor.line.value === "" ? (
          <kbd title="Press / to write a filter">/</kbd>
        ) : (
          <button type="button" class="tool" aria-label="Remove the filter" onClick={() => editor.clear()}>
            <Glyph name="close" />
          </button>
        )}
      </form>
      <Chips />
      {mistake !== undefined && <Complaint mistake={mistake} />}
    </search>
  );
}
