import type { ComponentChildren } from "preact";
import type { CallJson } from "../../../src/query/api.ts";
import { term } from "../filter/terms.ts";
import { moment } from "../shell/format.ts";
import { filterBy } from "../shell/place.ts";
import { Text } from "../text/text.tsx";
import { visiblePlain } from "../text/visible.ts";

/** A value that, pressed, becomes the filter: all calls that share it. */
export function Shared({ field, value }: { readonly field: string; readonly value: string }) {
  const only = term(field, value);
  return (
    <button type="button" class="shared" title={`All calls with ${visiblePlain(only)}`} onClick={() => filterBy(only)}>
      <Text value={value} />
    </button>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">
        <Text value={name} />
      </th>
      <td>{children}</td>
    </tr>
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  patch: "recorded in the application (inpooling/register or the instrumentation)",
  manual: "logged by hand (InpoolingLogging)",
  client: "recorded by an Inpooling client",
  gateway: "passed through the gateway",
  span: "a CLIENT span of another instrumentation",
};

function Identity({ call }: { readonly call: CallJson }) {
  return (
    <>
      <Fact name="Call">{call.id}</Fact>
      <Fact name="Started">{moment(call.startTime)}</Fact>
      <Fact name="Trace">
        <Shared field="trace" value={call.traceId} />
        {!call.sampled && <span class="quiet"> not sampled by the application's own tracing</span>}
      </Fact>
      <Fact name="Span">{call.spanId}</Fact>
      {call.parentSpanId !== null && <Fact name="Parent span">{call.parentSpanId}</Fact>}
      <Fact name="Service">
        {call.service === "" ? (
          <span class="quiet">unnamed; OTEL_SERVICE_NAME names it</span>
        ) : (
          <Shared field="service" value={call.service} />
        )}
      </Fact>
      <Fact name="Host">
        <Shared field="host" value={call.host} />
      </Fact>
      {call.vendor !== "" && (
        <Fact name="Vendor">
          <Shared field="vendor" value={call.vendor} />
        </Fact>
      )}
      {call.operation !== "" && (
        <Fact name="Operation">
          <Shared field="operation" value={call.operation} />
        </Fact>
      )}
      {call.route !== "" && (
        <Fact name="Route">
          <Shared field="route" value={call.route} />
        </Fact>
      )}
    </>
  );
}

function Network({ call }: { readonly call: CallJson }) {
  const { protocol, peerAddress, peerPort, localPort } = call.network;
  if (protocol === "" && peerAddress === "") return null;
  return (
    <Fact name="Network">
      {protocol !== "" && `HTTP/${visiblePlain(protocol)} `}
      {peerAddress !== "" && (
        <>
          to <Text value={peerAddress} /> port {peerPort}
        </>
      )}
      {localPort !== 0 && ` from local port ${localPort}`}
    </Fact>
  );
}

/** Everything about a call that is neither request nor response. */
export function About({ call }: { readonly call: CallJson }) {
  return (
    <table class="about">
      <tbody>
        <Identity call={call} />
        <Fact name="Client">
          <Text value={call.client} /> <span class="quiet">{SOURCES[call.source] ?? ""}</span>
        </Fact>
        {call.callSite !== "" && (
          <Fact name="Call site">
            <Text value={call.callSite} />
          </Fact>
        )}
        <Network call={call} />
        {Object.entries(call.tags).map(([key, value]) => (
          <Fact name={`tag ${key}`} key={`tag ${key}`}>
            <Shared field={`tag.${key}`} value={value} />
          </Fact>
        ))}
        {(["request", "response"] as const).map(
          (side) =>
            call[side].bodySha256 !== null && (
              <Fact name={`SHA-256 of the ${side} body`} key={side}>
                {call[side].bodySha256} <span class="quiet">as on the wire</span>
              </Fact>
            ),
        )}
        {Object.entries(call.resource).map(([key, value]) => (
          <Fact name={key} key={key}>
            <Text value={value} />
          </Fact>
        ))}
      </tbody>
    </table>
  );
}
