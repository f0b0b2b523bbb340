import type { CallJson } from "../../../src/query/api.ts";
import { Text } from "../text/text.tsx";
import { StatusShape } from "../shell/icons.tsx";
import { statusClass } from "../list/status.tsx";

/** Why the call failed: the error that the application saw and what caused it, outermost first. */
export function ErrorChain({ call }: { readonly call: CallJson }) {
  const { error } = call;
  if (error === null || (error.causes.length === 0 && error.message === "")) return null;
  const causes = error.causes.length > 0 ? error.causes : [{ name: "", code: error.type, message: error.message }];
  return (
    <ol class="errors" aria-label="Error and its causes">
      {causes.map(({ name, code, message }, depth) => (
        <li key={depth} style={{ marginInlineStart: `${Math.min(depth, 6) * 14}px` }}>
          {depth === 0 ? <StatusShape shape={statusClass(call)} /> : <span class="quiet">because </span>}
          {(name !== "" || code !== "") && (
            <b>
              <Text value={[name, code].filter((part) => part !== "").join(" ")} />
            </b>
          )}{" "}
          <Text value={message} />
        </li>
      ))}
    </ol>
  );
}
