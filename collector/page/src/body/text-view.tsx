import { useMemo } from "preact/hooks";
import { Text } from "../text/text.tsx";
import { Lines } from "./lines.ts";
import { WindowLines } from "./window-lines.tsx";

/** Text with its line numbers. `at`: the offset to bring into sight, -1 for none. */
export function TextView({ text, at = -1 }: { readonly text: string; readonly at?: number }) {
  const lines = useMemo(() => new Lines(text), [text]);
  return (
    <WindowLines class="text" count={lines.length} lineHeight={19} reveal={at < 0 ? -1 : lines.lineOf(at)}>
      {(index) => {
        const line = lines.at(index);
        return (
          <>
            <span class="line-number">{line.number === 0 ? "" : line.number}</span>
            <span class="line-text">
              <Text value={line.text} />
            </span>
          </>
        );
      }}
    </WindowLines>
  );
}
