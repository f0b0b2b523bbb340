import { useSignal } from "@preact/signals";
import { withTerm } from "../../filter/terms.ts";
import { Glyph } from "../../shell/icons.tsx";
import { copy } from "../../shell/notice.ts";
import { filterBy, place } from "../../shell/place.ts";
import { Text } from "../../text/text.tsx";
import { visiblePlain } from "../../text/visible.ts";
import { NodeKind } from "./scan.ts";
import type { JsonTree, TreeLine } from "./tree.ts";
import { isContainer } from "./tree.ts";
import { countLabel, decoded, preview, termFor } from "./value.ts";

/** Characters of a string on its line, and after "show all". */
const SHOWN = 1_000;
const SHOWN_AT_MOST = 200_000;
/** Deeper lines are not indented further: hostile documents are thousands deep. */
const DEEPEST = 32;
export const INDENT = 16;

export type Side = "request" | "response";

function StringValue({ source }: { readonly source: string }) {
  const all = useSignal(false);
  // Decoding megabytes for a line that shows a thousand characters would be felt.
  const text = decoded(all.value || source.length <= SHOWN ? source.slice(0, SHOWN_AT_MOST) : `${source.slice(0, SHOWN)}"`);
  return (
    <span class="json-string">
      "<Text value={text} />
      {!all.value && source.length > SHOWN ? (
        <button type="button" class="more" onClick={() => (all.value = true)}>
          … all {source.length.toLocaleString("en-US")} characters
        </button>
      ) : (
        '"'
      )}
      {all.value && source.length > SHOWN_AT_MOST && <span class="quiet"> … more in Raw</span>}
    </span>
  );
}

function Value({ tree, node }: { readonly tree: JsonTree; readonly node: number }) {
  const source = tree.scan.source(node);
  const kind = tree.scan.kind(node);
  if (kind === NodeKind.string) return <StringValue source={source} />;
  return <span class={kind === NodeKind.number ? "json-number" : "json-literal"}>{source.slice(0, SHOWN)}</span>;
}

function Container({ tree, node }: { readonly tree: JsonTree; readonly node: number }) {
  const { scan } = tree;
  const [open, close] = scan.kind(node) === NodeKind.array ? ["[", "]"] : ["{", "}"];
  if (scan.next(node) === node + 1) return <span class="json-mark">{`${open}${close}`}</span>;
  if (tree.isUnfolded(node)) return <span class="json-mark">{open}</span>;
  return (
    <span class="json-mark">
      {open}{" "}
      <span class="json-preview">
        <Text value={preview(scan, node)} />
      </span>{" "}
      {close} <span class="json-count">{countLabel(scan, node)}</span>
    </span>
  );
}

/** What can be done with a value, for the mouse. */
function Actions({ tree, node, side }: { readonly tree: JsonTree; readonly node: number; readonly side: Side | undefined }) {
  const { scan } = tree;
  const only = side === undefined || isContainer(scan, node) ? undefined : termFor(scan, node, side);
  const source = scan.source(node);
  return (
    <span class="json-actions">
      {only !== undefined && (
        <button
          type="button"
          class="tool"
          tabIndex={-1}
          title={`Only calls with ${visiblePlain(only)}`}
          onClick={() => filterBy(withTerm(place.value.q, only))}
        >
          <Glyph name="filter" />
        </button>
      )}
      {scan.closed(node) && (
        <button
          type="button"
          class="tool"
          tabIndex={-1}
          title="Copy the value"
          onClick={() => void copy(scan.kind(node) === NodeKind.string ? decoded(source) : source, "the value")}
        >
          <Glyph name="copy" />
        </button>
      )}
    </span>
  );
}

interface Props {
  readonly tree: JsonTree;
  readonly line: TreeLine;
  readonly onToggle: (node: number, deep: boolean) => void;
  readonly side: Side | undefined;
}

/** One line of a document. Alt on the triangle folds or unfolds all within. */
export function JsonLine({ tree, line, onToggle, side }: Props) {
  const hovered = useSignal(false);
  const { scan } = tree;
  const { node, depth, closing } = line;
  const container = isContainer(scan, node);
  const indent = { paddingInlineStart: `${Math.min(depth, DEEPEST) * INDENT + 18}px` };
  if (closing) {
    const mark = scan.kind(node) === NodeKind.array ? "]" : "}";
    return (
      <div class="json-line" style={indent}>
        {scan.closed(node) && <span class="json-mark">{mark}</span>}
        {node === scan.innermostOpen && <span class="json-cut">cut off here</span>}
      </div>
    );
  }
  const key = scan.keySource(node);
  const unfolds = container && scan.next(node) > node + 1;
  return (
    <div class="json-line" style={indent} onPointerEnter={() => (hovered.value = true)} onPointerLeave={() => (hovered.value = false)}>
      {unfolds && (
        <button
          type="button"
          class={`twisty${tree.isUnfolded(node) ? " open" : ""}`}
          tabIndex={-1}
          aria-label={tree.isUnfolded(node) ? "Fold" : "Unfold"}
          title="Alt: all within"
          onClick={(event) => onToggle(node, event.altKey)}
        >
          <Glyph name="right" />
        </button>
      )}
      {key !== "" && (
        <span class="json-key">
          <Text value={decoded(key)} />
          <span class="json-mark">: </span>
        </span>
      )}
      {container ? <Container tree={tree} node={node} /> : <Value tree={tree} node={node} />}
      {hovered.value && <Actions tree={tree} node={node} side={side} />}
    </div>
  );
}
