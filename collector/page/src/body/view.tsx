import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { CallJson } from "../../../src/query/api.ts";
import { size } from "../../../src/query/present/size.ts";
import { bodyUrl } from "../api/client.ts";
import { Badges } from "../detail/badges.tsx";
import { headerValue } from "../detail/headers.tsx";
import { keptBytes, type Mark, marks } from "../detail/marks.ts";
import type { Side } from "../detail/open.ts";
import { Glyph } from "../shell/icons.tsx";
import { copy } from "../shell/notice.ts";
import { findAll } from "./find.ts";
import { FormView, PartsView } from "./form-view.tsx";
import { HexView } from "./hex-view.tsx";
import { ImageView } from "./image-view.tsx";
import { JsonView } from "./json/view.tsx";
import { type Body, bodyOf, type ViewName, viewsOf } from "./body.ts";
import { StreamView } from "./stream-view.tsx";
import { TextView } from "./text-view.tsx";
import { indentXml } from "./xml.ts";

const LABELS: Readonly<Record<ViewName, string>> = {
  tree: "Tree",
  events: "Events",
  fields: "Fields",
  parts: "Parts",
  indented: "Indented",
  image: "Picture",
  hex: "Hex",
  raw: "Raw",
};

interface ViewProps {
  readonly body: Body;
  readonly view: ViewName;
  readonly side: Side;
  readonly at: number;
}

function View({ body, view, side, at }: ViewProps) {
  const xml = useMemo(() => (view === "indented" ? indentXml(body.text) : ""), [body, view]);
  if (view === "tree") return <JsonView text={body.text} side={side} at={at} />;
  if (view === "events" && body.stream !== undefined) return <StreamView stream={body.stream} />;
  if (view === "fields") return <FormView text={body.text} />;
  if (view === "parts" && body.parts !== undefined) return <PartsView parts={body.parts} />;
  if (view === "indented") return <TextView text={xml} />;
  if (view === "image" && body.picture !== undefined) return <ImageView base64={body.base64} picture={body.picture} />;
  if (view === "hex") return <HexView bytes={body.bytes} />;
  return <TextView text={body.text} at={at} />;
}

/** Looks for a text in the body: the browser's own find sees only the lines in sight. */
function Find({ body, onFound }: { readonly body: Body; readonly onFound: (offset: number) => void }) {
  const wanted = useSignal("");
  const at = useSignal(0);
  const found = useComputed(() => findAll(body.text, wanted.value));
  const go = (index: number): void => {
    const count = found.value.length;
    at.value = count === 0 ? 0 : (index + count) % count;
    onFound(found.value[at.value] ?? -1);
  };
  return (
    <label class="find">
      <Glyph name="search" />
      <input
        type="search"
        placeholder="Find"
        aria-label="Find in the body"
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
          go(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(at.value + (event.shiftKey ? -1 : 1));
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {wanted.value !== "" && (
        <span class="quiet" role="status">
          {found.value.length === 0 ? "none" : `${at.value + 1}/${found.value.length === 1_000 ? "1000+" : found.value.length}`}
        </span>
      )}
    </label>
  );
}

function NoBody({ size: bytes, marks: found }: { readonly size: number; readonly marks: readonly Mark[] }) {
  return (
    <div class="body">
      {found.length > 0 && (
        <div class="body-tools">
          <Badges marks={found} />
        </div>
      )}
      <p class="nothing">{bytes === 0 ? "No body." : `A body of ${size(bytes)} crossed the wire; nothing of it was kept.`}</p>
    </div>
  );
}

/** A body, in the way that reads it best, and as it is. */
export function BodyView({ call, side }: { readonly call: CallJson; readonly side: Side }) {
  const message = call[side];
  const body = useMemo(() => bodyOf(message, headerValue(message.headers, "content-type")), [message]);
  const views = viewsOf(body);
  const chosen = useSignal<ViewName | undefined>(undefined);
  const at = useSignal(-1);
  const view = chosen.value !== undefined && views.includes(chosen.value) ? chosen.value : (views[0] ?? "raw");
  const found = useMemo(() => marks(call, side), [call, side]);
  const kept = useMemo(() => keptBytes(message), [message]);
  if (body.kind === "empty") return <NoBody size={message.bodySize} marks={found} />;
  return (
    <div class="body">
      <div class="body-tools">
        <div class="segments" role="group" aria-label="View of the body">
          {views.map((name) => (
            <button key={name} type="button" aria-pressed={view === name} onClick={() => (chosen.value = name)}>
              {LABELS[name]}
            </button>
          ))}
        </div>
        <Badges marks={found} />
        <span class="spring" />
        {body.text !== "" && (view === "tree" || view === "raw") && <Find body={body} onFound={(offset) => (at.value = offset)} />}
        {body.text !== "" && (
          <button
            type="button"
            class="tool"
            aria-label="Copy the body"
            title="Copy the body"
            onClick={() => void copy(body.text, "the body")}
          >
            <Glyph name="copy" />
          </button>
        )}
        <a
          class="tool"
          href={bodyUrl(call.id, side)}
          download={`${call.id}-${side}`}
          aria-label="Download the body"
          title={`Download the body, ${size(kept)}`}
        >
          <Glyph name="download" />
        </a>
      </div>
      <View body={body} view={view} side={side} at={at.value} />
    </div>
  );
}
