import { counted } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { feed, held, paused } from "./feed.ts";

/** Calls that wait while the list holds still. */
export function NewCalls() {
  const waiting = feed.value.waiting.value;
  if (!held.value || waiting === 0) return null;
  return (
    <button
      type="button"
      class="new-calls"
      onClick={() => {
        paused.value = false;
        feed.value.takeWaiting();
        document.getElementById("calls")?.scrollTo(0, 0);
      }}
    >
      <Glyph name="up" /> {counted(waiting, "new call")}
    </button>
  );
}
