import { Text } from "../text/text.tsx";
import type { Mark } from "./marks.ts";

/** Lines of one badge that are shown at most. */
const LINES = 60;

/** What is not as it was on the wire; each badge opens to say why. */
export function Badges({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <>
      {marks.map(({ kind, label, lines }) => (
        <details
          class={`badge badge-${kind}`}
          key={kind}
          onFocusOut={(event) => {
            // A click elsewhere closes it, as with a menu.
            if (!event.currentTarget.contains(event.relatedTarget as Node | null)) event.currentTarget.open = false;
          }}
        >
          <summary>{label}</summary>
          <ul>
            {lines.slice(0, LINES).map((line, index) => (
              <li key={index}>
                <Text value={line} />
              </li>
            ))}
            {lines.length > LINES && <li>and {lines.length - LINES} more</li>}
          </ul>
        </details>
      ))}
    </>
  );
}
