import { signal } from "@preact/signals";
import type { MessageJson } from "../../../src/query/api.ts";
import { Text } from "../text/text.tsx";

/** Stays from call to call. */
const unfolded = signal(false);

/** Fields that say most at a glance, for the folded line. */
const TELLING = ["content-type", "x-request-id", "request-id", "retry-after", "location"];

export function headerValue(headers: MessageJson["headers"], name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}

/** Header fields in the order and case in which they crossed the wire. */
export function Headers({ headers }: { readonly headers: MessageJson["headers"] }) {
  if (headers.length === 0) return <p class="quiet no-headers">No header fields were seen.</p>;
  const telling = TELLING.map((name) => [name, headerValue(headers, name)] as const).filter(([, value]) => value !== "");
  return (
    <details class="headers" open={unfolded.value} onToggle={(event) => (unfolded.value = event.currentTarget.open)}>
      <summary>
        <b>Headers</b> <span class="quiet">{headers.length}</span>
        {!unfolded.value && (
          <span class="telling">
            {telling.slice(0, 2).map(([name, value]) => (
              <span key={name}>
                {name !== "content-type" && <span class="quiet">{name} </span>}
                <Text value={value} />
              </span>
            ))}
          </span>
        )}
      </summary>
      <table>
        <tbody>
          {headers.map(([name, value], index) => (
            <tr key={index}>
              <th scope="row">
                <Text value={name} />
              </th>
              <td>
                <Text value={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
