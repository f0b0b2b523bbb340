import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { duration } from "../../../src/query/present/duration.ts";
import { copy } from "../shell/notice.ts";
import { counted } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { Text } from "../text/text.tsx";
import { type Answer, joinAnswer } from "../../../src/query/present/answer.ts";
import { JsonView } from "./json/view.tsx";
import type { Stream, StreamEvent } from "./stream.ts";
import { WindowLines } from "./window-lines.tsx";

/** Characters of one event on its line, and of a joined answer before it is unfolded. */
const ON_LINE = 300;
const ANSWER = 2_000;

function isJson(data: string): boolean {
  return data.startsWith("{") || data.startsWith("[");
}

/** What an event of a model's stream adds to the answer: the rest of it is the same in each. */
function pieceOf(data: string): string {
  const answer = joinAnswer([data]);
  return answer === undefined ? "" : answer.text || answer.reasoning || answer.tools.map((tool) => tool.name + tool.arguments).join("");
}

function Event({ event, number }: { readonly event: StreamEvent; readonly number: number }) {
  const open = useSignal(false);
  const piece = pieceOf(event.data);
  const unfolds = isJson(event.data) || event.data.length > ON_LINE || event.data.includes("\n");
  return (
    <div class="event">
      <button
        type="button"
        class="event-line"
        aria-expanded={unfolds ? open.value : undefined}
        disabled={!unfolds}
        onClick={() => (open.value = !open.value)}
      >
        <span class="line-number">{number}</span>
        <span class="event-time">{event.atMs === undefined ? "" : duration(event.atMs)}</span>
        {event.name !== "" && (
          <b>
            <Text value={event.name} />
          </b>
        )}
        {piece !== "" && (
          <span class="event-piece">
            <Text value={piece.slice(0, ON_LINE)} />
          </span>
        )}
        <span class={piece === "" ? "event-data" : "event-data quiet"}>
          <Text value={event.data.slice(0, ON_LINE)} />
        </span>
      </button>
      {open.value && (
        <div class="event-open">
          {isJson(event.data) ? (
            <JsonView text={event.data} inline />
          ) : (
            <pre class="plain">
              <Text value={event.data.slice(0, 100_000)} />
            </pre>
          )}
        </div>
      )}
    </div>
  );
}

function Usage({ usage }: { readonly usage: Answer["usage"] }) {
  return (
    <>
      {usage.map(([name, tokens]) => (
        <span key={name} class="figure">
          <span class="quiet">
            <Text value={name.replaceAll("_", " ")} />
          </span>{" "}
          {tokens.toLocaleString("en-US")}
        </span>
      ))}
    </>
  );
}

/** The answer that the deltas add up to: what a reader of a model's stream wants first. */
function AnswerCard({ answer }: { readonly answer: Answer }) {
  const all = useSignal(false);
  const { text } = answer;
  return (
    <section class="answer" aria-label="Joined answer">
      <header>
        <b>Joined answer</b>
        {answer.model !== "" && (
          <span class="quiet">
            <Text value={answer.model} />
          </span>
        )}
        {answer.finish !== "" && (
          <span class="quiet">
            ended: <Text value={answer.finish} />
          </span>
        )}
        <span class="spring" />
        <button
          type="button"
          class="tool"
          aria-label="Copy the answer"
          title="Copy the answer"
          onClick={() => void copy(text, "the answer")}
        >
          <Glyph name="copy" />
        </button>
      </header>
      {answer.reasoning !== "" && (
        <details>
          <summary class="quiet">Reasoning</summary>
          <pre class="plain">
            <Text value={answer.reasoning.slice(0, 100_000)} />
          </pre>
        </details>
      )}
      {text !== "" && (
        <pre class="plain">
          <Text value={all.value ? text : text.slice(0, ANSWER)} />
          {text.length > ANSWER && !all.value && (
            <button type="button" class="more" onClick={() => (all.value = true)}>
              … all {text.length.toLocaleString("en-US")} characters
            </button>
          )}
        </pre>
      )}
      {answer.tools.map((tool, index) => (
        <div key={index} class="tool-call">
          <span class="quiet">calls</span> <Text value={tool.name} />
          <JsonView text={tool.arguments} inline />
        </div>
      ))}
      {answer.usage.length > 0 && (
        <footer>
          <Usage usage={answer.usage} />
        </footer>
      )}
    </section>
  );
}

/** A stream as the list of its events, with when each had arrived. */
export function StreamView({ stream }: { readonly stream: Stream }) {
  const answer = useMemo(() => joinAnswer(stream.events.map((event) => event.data)), [stream]);
  return (
    <>
      {answer !== undefined && <AnswerCard answer={answer} />}
      <WindowLines class="events" count={stream.events.length} lineHeight={26}>
        {(index) => {
          const event = stream.events[index];
          return event === undefined ? null : <Event event={event} number={index + 1} />;
        }}
      </WindowLines>
      {stream.rest !== "" && (
        <p class="stream-rest">
          <span class="quiet">Cut off inside of an event: </span>
          <Text value={stream.rest.slice(0, ON_LINE)} />
        </p>
      )}
      {stream.more && <p class="quiet">The first {counted(stream.events.length, "event")} are shown; Raw has all.</p>}
    </>
  );
}
