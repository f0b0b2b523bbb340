import { computed, signal } from "@preact/signals";

/** Where the page is: what is filtered, and the call that is open. All of it is in the address. */
export interface Place {
  readonly q: string;
  /** "" when no call is open. */
  readonly call: string;
}

export function readPlace(address: { readonly pathname: string; readonly search: string }): Place {
  const match = /^\/calls\/([^/]+)$/.exec(address.pathname);
  let call = "";
  try {
    call = decodeURIComponent(match?.[1] ?? "");
  } catch {
    // A stray % in a hand-made link; no call has such an id.
  }
  return { q: new URLSearchParams(address.search).get("q") ?? "", call };
}

export function printPlace(place: Place): string {
  const query = place.q === "" ? "" : `?${new URLSearchParams({ q: place.q })}`;
  return `${place.call === "" ? "/" : `/calls/${encodeURIComponent(place.call)}`}${query}`;
}

export const place = signal<Place>(readPlace(location));

/** The filter of the address; unlike `place` it does not change when a call is opened. */
export const filter = computed(() => place.value.q);

/** What history holds of an entry: whether going back from it closes the call that it shows. */
interface Entry {
  readonly opened?: boolean;
}

function entry(): Entry {
  return (history.state as Entry | null) ?? {};
}

window.addEventListener("popstate", () => (place.value = readPlace(location)));

function go(next: Place, how: "push" | "replace", state: Entry): void {
  if (printPlace(next) === printPlace(place.value)) return;
  if (how === "push") history.pushState(state, "", printPlace(next));
  else history.replaceState(state, "", printPlace(next));
  place.value = next;
}

/** A filter is a step that the back button undoes. */
export function filterBy(q: string): void {
  go({ ...place.value, q: q.trim() }, "push", {});
}

/** Opening is a step; walking from call to call while one is open is not. */
export function openCall(id: string): void {
  const open = place.value.call !== "";
  go({ ...place.value, call: id }, open ? "replace" : "push", open ? entry() : { opened: true });
}

/** Goes back where the call was opened from the list, so that history does not grow; a deep link goes to the list. */
export function closeCall(): void {
  if (place.value.call === "") return;
  if (entry().opened === true) history.back();
  else go({ ...place.value, call: "" }, "push", {});
}
