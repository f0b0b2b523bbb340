import type { CallJson } from "../../../src/query/api.ts";
import { toCurl } from "../../../src/query/present/curl.ts";
import { asApiError, fetchCall } from "../api/client.ts";
import { copy, tell } from "../shell/notice.ts";
import { place, printPlace } from "../shell/place.ts";
import { active } from "../shell/selection.ts";
import { opened } from "./open.ts";

async function current(): Promise<CallJson | undefined> {
  const { call } = opened.value;
  const id = place.value.call || active.value;
  if (call !== undefined && call.id === id) return call;
  if (id === "") {
    tell("Choose a call first: j, k or a click");
    return undefined;
  }
  try {
    return await fetchCall(id, new AbortController().signal);
  } catch (error) {
    tell(asApiError(error).message);
    return undefined;
  }
}

/** The call as a command for a terminal. What was redacted stays a placeholder, and the reader is told. */
export async function copyAsCurl(): Promise<void> {
  const call = await current();
  if (call === undefined) return;
  const { command, notes } = toCurl(call);
  await copy(command, ["as cURL", ...notes].join(". "));
}

/** A link that opens this call for anyone who reaches this collector. The filter is left out: it is the reader's own. */
export async function copyLink(): Promise<void> {
  const id = place.value.call || active.value;
  if (id === "") tell("Choose a call first: j, k or a click");
  else await copy(new URL(printPlace({ q: "", call: id }), location.href).href, "the link");
}
