import { elementScroll, observeElementOffset, observeElementRect, Virtualizer, type VirtualizerOptions } from "@tanstack/virtual-core";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";

type Options<Item extends Element> = Omit<
  VirtualizerOptions<HTMLElement, Item>,
  "observeElementRect" | "observeElementOffset" | "scrollToFn" | "onChange"
>;

/** Renders only the rows in sight: TanStack's virtualizer, bound to a component. */
export function useVirtual<Item extends Element>(options: Options<Item>): Virtualizer<HTMLElement, Item> {
  const [, render] = useReducer((turn: number) => turn + 1, 0);
  const all = { observeElementRect, observeElementOffset, scrollToFn: elementScroll, onChange: () => render(undefined), ...options };
  const [virtual] = useState(() => new Virtualizer<HTMLElement, Item>(all));
  virtual.setOptions(all);
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
