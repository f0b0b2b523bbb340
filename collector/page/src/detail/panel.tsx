import { useEffect, useRef } from "preact/hooks";
import type { CallJson } from "../../../src/query/api.ts";
import { size } from "../../../src/query/present/size.ts";
import { Glyph } from "../shell/icons.tsx";
import { closeCall } from "../shell/place.ts";
import { Text } from "../text/text.tsx";
import { About } from "./about.tsx";
import { copyAsCurl, copyLink } from "./copies.ts";
import { ErrorChain } from "./errors.tsx";
import { MessageView } from "./message.tsx";
import { opened, readAgain, tab, type Tab } from "./open.ts";
import { Summary } from "./summary.tsx";
import { Timing } from "./timing.tsx";

function Tools() {
  return (
    <div class="call-tools">
      <button type="button" class="button" onClick={() => void copyAsCurl()} title="Copy as cURL (c)">
        <Glyph name="terminal" /> cURL
      </button>
      <button type="button" class="button" onClick={() => void copyLink()} title="Copy a link to this call (l)">
        <Glyph name="link" /> Link
      </button>
      <span class="spring" />
      <button type="button" class="tool" aria-label="Close the call" title="Close (Esc)" onClick={closeCall}>
        <Glyph name="close" />
      </button>
    </div>
  );
}

const TABS: readonly (readonly [tab: Tab, label: string])[] = [
  ["response", "Response"],
  ["request", "Request"],
  ["about", "About"],
];

function Tabs({ call }: { readonly call: CallJson }) {
  const walk = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const at = TABS.findIndex(([name]) => name === tab.value);
    const [next] = TABS[(at + by + TABS.length) % TABS.length] ?? ["response"];
    tab.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Parts of the call" onKeyDown={walk}>
      {TABS.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls="call-part"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {label}
          {name !== "about" && <span class="quiet"> {size(call[name].bodySize)}</span>}
        </button>
      ))}
    </div>
  );
}

function Content({ call }: { readonly call: CallJson }) {
  const part = tab.value;
  return (
    <>
      <Summary call={call} />
      <ErrorChain call={call} />
      <Timing call={call} />
      <Tabs call={call} />
      <div role="tabpanel" id="call-part" aria-labelledby={`tab-${part}`}>
        {part === "about" ? <About call={call} /> : <MessageView call={call} side={part} />}
      </div>
    </>
  );
}

function Missing() {
  const { error } = opened.value;
  if (error === undefined) return <p class="nothing">Reading the call…</p>;
  return (
    <div class="nothing" role="alert">
      <h2>
        <Text value={error.message} />
      </h2>
      <p>
        <Text value={error.remedy} />
      </p>
      <button type="button" class="button" onClick={readAgain}>
        Try again
      </button>
    </div>
  );
}

/** The open call: beside the list on wide screens, instead of it on narrow ones. */
export function Panel() {
  const scroller = useRef<HTMLDivElement>(null);
  const { id, call, loading } = opened.value;
  useEffect(() => scroller.current?.scrollTo(0, 0), [call]);
  if (id === "") return null;
  return (
    <aside class={`call${loading ? " loading" : ""}`} aria-label="Call" aria-busy={loading}>
      <Tools />
      <div ref={scroller} class="call-scroll" tabIndex={-1}>
        {call === undefined ? <Missing /> : <Content call={call} />}
      </div>
    </aside>
  );
}
