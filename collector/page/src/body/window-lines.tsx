import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useWindowed } from "./windowed.ts";

interface Props {
  readonly class: string;
  readonly count: number;
  readonly lineHeight: number;
  readonly keyOf?: (index: number) => string | number;
  /** The line to bring into sight when it changes, -1 for none. */
  readonly reveal?: number;
  readonly children: (index: number) => ComponentChildren;
}

/** Draws a long list of lines, those in sight only. */
export function WindowLines({ class: name, count, lineHeight, keyOf, reveal = -1, children }: Props) {
  const { ref, virtual } = useWindowed(count, lineHeight, keyOf);
  useEffect(() => {
    if (reveal >= 0) virtual.scrollToIndex(reveal, { align: "center" });
  }, [reveal, virtual]);
  const margin = virtual.options.scrollMargin;
  return (
    <div ref={ref} class={`window ${name}`} style={{ height: `${virtual.getTotalSize()}px` }}>
      {virtual.getVirtualItems().map((item) => (
        <div
          key={item.key}
          data-index={item.index}
          ref={(element) => virtual.measureElement(element)}
          class={item.index === reveal ? "window-line revealed" : "window-line"}
          style={{ transform: `translateY(${item.start - margin}px)` }}
        >
          {children(item.index)}
        </div>
      ))}
    </div>
  );
}
