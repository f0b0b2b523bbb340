import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { grammar } from "../../../src/query/filter/grammar.ts";
import { Glyph } from "./icons.tsx";

export const helpOpen = signal(false);

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["/"], "write a filter"],
  [["j", "k"], "next, previous call (or the arrow keys)"],
  [["g", "G"], "newest, oldest call that is loaded"],
  [["Enter"], "open the call"],
  [["Esc"], "close the call, leave the filter"],
  [["1", "2", "3"], "response, request, everything else"],
  [["c"], "copy the call as cURL"],
  [["l"], "copy a link to the call"],
  [["e"], "only errors, or all"],
  [["p"], "pause, go on"],
  [["?"], "this help"],
];

function HelpText() {
  return (
    <>
      <header>
        <h2 id="help-title">Keys</h2>
        <button type="button" class="tool" aria-label="Close" onClick={() => (helpOpen.value = false)}>
          <Glyph name="close" />
        </button>
      </header>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h2>Filter language</h2>
      <p class="quiet">The same here, in the command line and in the API.</p>
      <pre>{grammar()}</pre>
    </>
  );
}

/** Keys and the filter language, in a modal dialog: the browser keeps the focus in it and closes it on Escape. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={() => (helpOpen.value = false)}>
      {open && <HelpText />}
    </dialog>
  );
}
