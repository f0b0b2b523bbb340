import type { CallJson } from "../../../src/query/api.ts";
import { BodyView } from "../body/view.tsx";
import { Headers } from "./headers.tsx";
import type { Side } from "./open.ts";

/** One direction of the exchange: header fields, then the body. */
export function MessageView({ call, side }: { readonly call: CallJson; readonly side: Side }) {
  if (side === "response" && call.status === 0 && call.response.headers.length === 0) {
    return (
      <div class="nothing">
        <h2>No response came</h2>
        <p>{call.outcome === "aborted" ? "The application stopped the call before an answer began." : "What stopped it stands above."}</p>
      </div>
    );
  }
  return (
    <>
      <Headers headers={call[side].headers} />
      <BodyView key={`${call.id} ${side}`} call={call} side={side} />
    </>
  );
}
