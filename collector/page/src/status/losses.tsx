import { computed, signal } from "@preact/signals";
import type { StatusJson } from "../../../src/query/api.ts";
import { size } from "../../../src/query/present/size.ts";
import { clock, counted, moment } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { Text } from "../text/text.tsx";
import { lossReason } from "./reasons.ts";
import { status } from "./poll.ts";

const KEY = "inpooling.losses-seen";

type Loss = StatusJson["losses"][number];

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** The end of the newest loss that the reader has put away; later ones show again. */
const seenUpTo = signal(remembered());
const unfolded = signal(false);
const shown = computed(() => (status.value?.losses ?? []).filter((loss) => loss.to > seenUpTo.value));

function total(losses: readonly Loss[], what: Loss["what"]): number {
  return losses.reduce((sum, loss) => (loss.what === what ? sum + loss.count : sum), 0);
}

function dismiss(losses: readonly Loss[]): void {
  seenUpTo.value = losses.reduce((latest, loss) => (loss.to > latest ? loss.to : latest), "");
  try {
    localStorage.setItem(KEY, seenUpTo.value);
  } catch {
    // Storage may be forbidden; then it is put away for as long as the page lives.
  }
}

/** What senders had to let go of in the last 24 hours: a list that is not whole says so. */
export function Losses() {
  const losses = shown.value;
  if (losses.length === 0) return null;
  const calls = total(losses, "call");
  const bodies = total(losses, "body");
  const what = [
    calls > 0 ? counted(calls, "call") : "",
    bodies > 0 ? (bodies === 1 ? "1 body" : `${bodies.toLocaleString("en-US")} bodies`) : "",
  ];
  return (
    <section class="losses" aria-label="Losses">
      <p>
        <Glyph name="warning" />
        <span>
          <b>{what.filter((part) => part !== "").join(" and ")}</b> of the last 24 hours {calls + bodies === 1 ? "was" : "were"} lost by
          senders: this list is not whole.{" "}
          <button type="button" class="why" aria-expanded={unfolded.value} onClick={() => (unfolded.value = !unfolded.value)}>
            {unfolded.value ? "Hide reasons" : "Why?"}
          </button>
        </span>
        <span class="spring" />
        <button
          type="button"
          class="tool"
          aria-label="Put away until the next loss"
          title="Put away until the next loss"
          onClick={() => dismiss(losses)}
        >
          <Glyph name="close" />
        </button>
      </p>
      {unfolded.value && (
        <ul>
          {losses.slice(0, 20).map((loss, index) => (
            <li key={index}>
              <b>{loss.what === "call" ? counted(loss.count, "call") : loss.count === 1 ? "1 body" : `${loss.count} bodies`}</b>
              {loss.bytes > 0 && ` (${size(loss.bytes)})`} of <Text value={loss.service || "an unnamed service"} />
              {loss.host !== "" && (
                <>
                  {" to "}
                  <Text value={loss.host} />
                </>
              )}
              <span title={`${moment(loss.from)} to ${moment(loss.to)}`}>, until {clock(loss.to)}</span>:{" "}
              <Text value={lossReason(loss.reason)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
