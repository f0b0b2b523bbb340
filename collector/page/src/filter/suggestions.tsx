import { useEffect, useRef } from "preact/hooks";
import { Text } from "../text/text.tsx";
import type { Ask } from "./ask.ts";

/** What could be written next. The pointer takes one without the input losing the focus. */
export function Suggestions({ ask, onAccept }: { readonly ask: Ask; readonly onAccept: (index: number) => void }) {
  const list = useRef<HTMLUListElement>(null);
  const chosen = ask.chosen.value;
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: "nearest" }), [chosen]);
  const items = ask.items.value;
  if (items.length === 0) return null;
  return (
    <ul ref={list} id="filter-suggestions" class="suggestions" role="listbox" aria-label="Suggestions">
      {items.map((item, index) => (
        <li
          key={`${item.kind}${item.text}`}
          id={`filter-suggestion-${index}`}
          role="option"
          aria-selected={index === chosen}
          onPointerDown={(event) => {
            event.preventDefault();
            onAccept(index);
          }}
        >
          <code>
            <Text value={item.text} />
          </code>
          <span>
            <Text value={item.about} />
          </span>
        </li>
      ))}
    </ul>
  );
}
