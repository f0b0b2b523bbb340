import type { CallJson } from "../../../src/query/api.ts";
import { duration } from "../../../src/query/present/duration.ts";
import { phases } from "./phases.ts";

/** Ticks that can still be told apart on the bar. */
const TICKS = 120;

function percent(part: number, whole: number): string {
  return `${Math.min(100, (part / whole) * 100).toFixed(2)}%`;
}

/** Where the time went: one bar from the start to the end, a tick for each chunk of the response. */
export function Timing({ call }: { readonly call: CallJson }) {
  const stretches = phases(call.timings);
  const whole = Math.max(call.durationMs, stretches.at(-1)?.to ?? 0, 0.001);
  if (stretches.length === 0) return null;
  const chunks = call.response.chunks;
  const step = Math.ceil(chunks.length / TICKS);
  return (
    <div class="timing">
      <div class="timeline" aria-hidden="true">
        {stretches.map(({ name, from, to }) => (
          <i key={name} class={`phase phase-${name}`} style={{ left: percent(from, whole), width: percent(to - from, whole) }} />
        ))}
        {chunks.length > 1 &&
          chunks
            .filter((_, index) => index % step === 0)
            .map(([offset], index) => <i key={index} class="tick" style={{ left: percent(offset, whole) }} />)}
      </div>
      <ul class="phases" aria-label="Timing">
        {stretches.map(({ name, label, from, to }) => (
          <li key={name} title={`${label}: from ${duration(from)} to ${duration(to)} after the start`}>
            <i class={`swatch phase-${name}`} />
            {label} <b>{duration(to - from)}</b>
          </li>
        ))}
        {chunks.length > 1 && <li class="quiet">in {chunks.length === 256 ? "256 chunks or more" : `${chunks.length} chunks`}</li>}
      </ul>
    </div>
  );
}
