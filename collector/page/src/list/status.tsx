import { StatusShape } from "../shell/icons.tsx";
import { Text } from "../text/text.tsx";

export type StatusClass = "ok" | "redirect" | "client" | "server" | "failed" | "aborted";

/** What a status is shown from, of a call or of its summary. */
export interface Ended {
  readonly status: number;
  readonly outcome: "complete" | "aborted" | "error";
  readonly error: { readonly type: string; readonly message: string } | null;
}

export function statusClass({ status, outcome }: Ended): StatusClass {
  if (outcome === "aborted") return "aborted";
  if (outcome === "error" || status === 0) return "failed";
  if (status >= 500) return "server";
  if (status >= 400) return "client";
  return status >= 300 ? "redirect" : "ok";
}

const WORDS: Readonly<Record<StatusClass, string>> = {
  ok: "answered",
  redirect: "redirected",
  client: "refused: the request was at fault",
  server: "failed at the other side",
  failed: "no whole answer came",
  aborted: "stopped by the application",
};

/** Status by shape, colour and word: `200`, `503`, the error's name where no answer came. */
export function Status({ call }: { readonly call: Ended }) {
  const kind = statusClass(call);
  const code = call.status === 0 ? "" : String(call.status);
  const word = kind === "failed" ? call.error?.type || "error" : kind === "aborted" ? "aborted" : "";
  return (
    <span class={`status status-${kind}`} title={WORDS[kind]}>
      <StatusShape shape={kind} />
      {code !== "" && <span>{code}</span>}
      {word !== "" && word !== code && <Text value={word} />}
    </span>
  );
}
