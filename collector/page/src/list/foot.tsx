import { withTerm } from "../filter/terms.ts";
import { ApiError } from "../api/client.ts";
import { count } from "../shell/format.ts";
import { filterBy, place } from "../shell/place.ts";
import { copy } from "../shell/notice.ts";
import { status } from "../status/poll.ts";
import { Glyph } from "../shell/icons.tsx";
import { Text } from "../text/text.tsx";
import type { Feed } from "./feed.ts";

/** The end of the list: more, no more, or why not. */
export function Foot({ feed }: { readonly feed: Feed }) {
  const state = feed.older.value;
  if (state instanceof ApiError) {
    return (
      <p class="foot">
        Older calls could not be read: <Text value={state.message} />{" "}
        <button type="button" onClick={() => ((feed.older.value = "idle"), void feed.readOlder())}>
          Try again
        </button>
      </p>
    );
  }
  if (state !== "end") return <p class="foot">Reading older calls…</p>;
  const oldest = feed.calls.oldest;
  if (!feed.calls.cut || oldest === undefined) return <p class="foot">No older calls match.</p>;
  return (
    <p class="foot">
      This page holds {count(feed.calls.length)} calls at most.{" "}
      <button type="button" onClick={() => filterBy(withTerm(place.value.q, `to:${oldest.startTime}`, /^to:/))}>
        Go on with older ones
      </button>
    </p>
  );
}

const FIRST_CALL = "node --require inpooling/register app.js";

/** No call to show: still reading, a wrong filter, a collector that is away, nothing that matches, or nothing at all yet. */
export function Nothing({ feed }: { readonly feed: Feed }) {
  const error = feed.error.value;
  if (feed.loading.value) return <Skeleton />;
  if (error !== undefined && error.code === "bad-filter") {
    return (
      <div class="nothing">
        <h2>This filter cannot be read</h2>
        <p>
          Above it says where and why. <kbd>?</kbd> shows the whole language.
        </p>
        <button type="button" class="button" onClick={() => filterBy("")}>
          Show all calls
        </button>
      </div>
    );
  }
  if (error !== undefined) {
    return (
      <div class="nothing" role="alert">
        <h2>
          <Text value={error.message} />
        </h2>
        <p>
          <Text value={error.remedy} />
        </p>
      </div>
    );
  }
  if (feed.q !== "" && status.value?.calls !== 0) return <NoMatch feed={feed} />;
  return <FirstCall />;
}

function NoMatch({ feed }: { readonly feed: Feed }) {
  const since = /\b(?:last|from|to):/.test(feed.q);
  return (
    <div class="nothing">
      <h2>No call matches</h2>
      <p>
        <code>
          <Text value={feed.q} />
        </code>
        {since ? " also limits the time." : ""} New calls that match appear here by themselves.
      </p>
      <button type="button" class="button" onClick={() => filterBy("")}>
        Show all calls
      </button>
    </div>
  );
}

function FirstCall() {
  return (
    <div class="nothing">
      <h2>Listening for the first call</h2>
      <p>Start any Node.js program with this, and the calls that it makes to other people's APIs appear here, payloads included:</p>
      <p class="command">
        <code>{FIRST_CALL}</code>
        <button type="button" class="button" onClick={() => void copy(FIRST_CALL, "the command")} aria-label="Copy the command">
          <Glyph name="copy" />
        </button>
      </p>
      <p class="quiet">
        The program sends to <code>http://localhost:4318</code> unless <code>INPOOLING_ENDPOINT</code> says otherwise. Anything that speaks
        OTLP can send there, too.
      </p>
    </div>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" aria-label="Reading calls" role="status">
      {Array.from({ length: 14 }, (_, index) => (
        <i key={index} />
      ))}
    </div>
  );
}
