import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { TextView } from "../text-view.tsx";
import { WindowLines } from "../window-lines.tsx";
import { JsonLine, type Side } from "./line.tsx";
import { JsonScan } from "./scan.ts";
import { isContainer, JsonTree } from "./tree.ts";

/** Values read before the first paint, and in each slice after it: a few milliseconds. */
const SLICE = 12_000;
/** Lines of a document that stands inside of something else. */
const INLINE_LINES = 500;

/** Runs something after the browser had its turn; unlike a timer without the wait of 4 ms that nested timers get. */
function afterTurn(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", run, { once: true });
  port1.start();
  port2.postMessage(undefined);
}

/** A document's tree, there at once with its beginning; it grows when the rest was read, in slices. */
function useTree(text: string): { readonly tree: JsonTree; readonly whole: boolean } {
  const [whole, setWhole] = useState<JsonTree | undefined>(undefined);
  const tree = useMemo(() => {
    const scan = new JsonScan(text.startsWith("\ufeff") ? text.slice(1) : text);
    scan.step(SLICE);
    return new JsonTree(scan);
  }, [text]);
  useEffect(() => {
    let left = false;
    const slice = (): void => {
      if (left) return;
      if (!tree.scan.step(SLICE)) return afterTurn(slice);
      tree.grow();
      setWhole(tree);
    };
    slice();
    return () => void (left = true);
  }, [tree]);
  return { tree, whole: whole === tree || tree.scan.isDone };
}

function NotJson({ tree }: { readonly tree: JsonTree }) {
  const { problem, text } = tree.scan;
  const line = text.slice(0, problem?.offset ?? 0).split("\n").length;
  return (
    <>
      <p class="remark">
        Not JSON: {problem?.message} in line {line}, so it is shown as text.
      </p>
      <TextView text={text} />
    </>
  );
}

interface Props {
  readonly text: string;
  /** Which side's body it is, so that values can become filters. */
  readonly side?: Side;
  /** Stands inside of something that is itself drawn in a window: all lines at once, not too many. */
  readonly inline?: boolean;
  /** The offset in the text to bring into sight, -1 for none. */
  readonly at?: number;
}

/** A JSON document to fold and unfold, of any size. */
export function JsonView(props: Props) {
  const { tree, whole } = useTree(props.text);
  if (tree.scan.problem !== undefined) return <NotJson tree={tree} />;
  return <Tree {...props} tree={tree} whole={whole} />;
}

function Tree({ tree, whole, side, inline = false, at = -1 }: Props & { readonly tree: JsonTree; readonly whole: boolean }) {
  const turn = useSignal(0);
  const current = useSignal(-1);
  // A read of the signal: the tree changes in place.
  void turn.value;
  const reveal = useMemo(() => (at < 0 ? -1 : tree.reveal(tree.scan.nodeAt(at))), [at, tree, whole]);
  const toggle = (node: number, deep = false): void => {
    if (deep) tree.toggleAll(node);
    else tree.toggle(node);
    turn.value++;
  };
  const line = (index: number) => {
    const shown = tree.line(index);
    const container = isContainer(tree.scan, shown.node) && !shown.closing;
    return (
      <div
        role={shown.closing ? "none" : "treeitem"}
        id={`${side ?? "inline"}-json-${index}`}
        aria-level={shown.closing ? undefined : shown.depth + 1}
        aria-expanded={container ? tree.isUnfolded(shown.node) : undefined}
        class={current.value === index ? "current" : undefined}
      >
        <JsonLine tree={tree} line={shown} onToggle={toggle} side={side} />
      </div>
    );
  };
  const remark = tree.scan.full
    ? "The document has more values; Raw has all."
    : tree.scan.cut
      ? "The document is cut off; this is what was kept."
      : "";
  if (inline)
    return <div class="json inline">{Array.from({ length: Math.min(tree.length, INLINE_LINES) }, (_, index) => line(index))}</div>;
  return (
    <div
      class="json-tree"
      role="tree"
      aria-label="JSON"
      tabIndex={0}
      aria-activedescendant={current.value < 0 ? undefined : `${side ?? "inline"}-json-${current.value}`}
      onBlur={() => (current.value = -1)}
      onKeyDown={(event) => {
        const next = walk(tree, current.value, event.key, toggle);
        if (next === undefined) return;
        current.value = next;
        event.preventDefault();
      }}
    >
      <WindowLines
        class="json"
        count={tree.length}
        lineHeight={20}
        keyOf={(index) => lineKey(tree, index)}
        reveal={current.value >= 0 ? current.value : reveal}
      >
        {line}
      </WindowLines>
      {remark !== "" && <p class="remark">{remark}</p>}
    </div>
  );
}

function lineKey(tree: JsonTree, index: number): number {
  const { node, closing } = tree.line(index);
  return closing ? -node - 1 : node;
}

/** Keys of a tree (ARIA APG). @returns the line to go to, undefined for keys without a meaning here. */
function walk(tree: JsonTree, at: number, key: string, toggle: (node: number) => void): number | undefined {
  const { node, closing } = tree.line(Math.max(0, at));
  const container = isContainer(tree.scan, node) && !closing;
  const unfolded = tree.isUnfolded(node);
  const step = (by: number): number => {
    let next = Math.max(0, Math.min(tree.length - 1, at + by));
    while (tree.line(next).closing && next > 0 && next < tree.length - 1) next += by;
    return tree.line(next).closing ? at : next;
  };
  if (key === "ArrowDown") return step(1);
  if (key === "ArrowUp") return step(-1);
  if (key === "Home") return 0;
  if (key !== "ArrowRight" && key !== "ArrowLeft" && key !== " " && key !== "Enter") return undefined;
  if (container && (key === " " || key === "Enter" || (key === "ArrowRight") === !unfolded)) toggle(node);
  return Math.max(0, at);
}
