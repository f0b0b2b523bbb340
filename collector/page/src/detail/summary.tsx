import type { CallJson } from "../../../src/query/api.ts";
import { duration } from "../../../src/query/present/duration.ts";
import { fetchCalls } from "../api/client.ts";
import { term } from "../filter/terms.ts";
import { Status } from "../list/status.tsx";
import { ago, clock, day, moment } from "../shell/format.ts";
import { tell } from "../shell/notice.ts";
import { openCall } from "../shell/place.ts";
import { active } from "../shell/selection.ts";
import { Text } from "../text/text.tsx";
import { Shared } from "./about.tsx";

/** A link from the record names trace and span only; the store knows the call's id. */
async function openPrevious({ traceId, spanId }: NonNullable<CallJson["previous"]>): Promise<void> {
  const { calls } = await fetchCalls(`${term("trace", traceId)} ${term("span", spanId)}`, 1, null, new AbortController().signal);
  const found = calls[0];
  if (found === undefined) return tell("The attempt before is not kept any more");
  active.value = found.id;
  openCall(found.id);
}

function Url({ call }: { readonly call: CallJson }) {
  const at = call.host === "" ? -1 : call.url.indexOf(call.host);
  if (at === -1) return <Text value={call.url} />;
  return (
    <>
      <span class="quiet">
        <Text value={call.url.slice(0, at)} />
      </span>
      <b>
        <Text value={call.host} />
      </b>
      <Text value={call.url.slice(at + call.host.length)} />
    </>
  );
}

/** The call in two lines: what was asked and what came of it; when, how long, by whom. */
export function Summary({ call }: { readonly call: CallJson }) {
  const { previous } = call;
  const date = day(call.startTime);
  return (
    <div class="summary">
      <h1>
        <span class="method">
          <Text value={call.method} />
        </span>{" "}
        <span class="url">
          <Url call={call} />
        </span>
      </h1>
      <p class="figures">
        <span class="figure">
          <Status call={call} /> {call.outcome === "complete" && <Text value={call.statusText} />}
        </span>
        <span class="figure">
          <b>{duration(call.durationMs)}</b>
        </span>
        <span class="figure" title={moment(call.startTime)}>
          {date !== "" && `${date} `}
          {clock(call.startTime)} <span class="quiet">{ago(call.startTime)}</span>
        </span>
        {call.service !== "" && (
          <span class="figure">
            <span class="quiet">by</span> <Shared field="service" value={call.service} />
          </span>
        )}
        <span class="figure">
          <span class="quiet">trace</span> <Shared field="trace" value={call.traceId} />
        </span>
        {(call.attempt > 1 || previous !== null) && (
          <span class="figure">
            attempt {call.attempt}
            {previous !== null && (
              <button type="button" class="shared" onClick={() => void openPrevious(previous)}>
                the one before
              </button>
            )}
          </span>
        )}
      </p>
    </div>
  );
}
