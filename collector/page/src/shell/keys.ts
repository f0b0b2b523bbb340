import { copyAsCurl, copyLink } from "../detail/copies.ts";
import { tab, type Tab } from "../detail/open.ts";
import { ERRORS, toggle } from "../filter/chips.tsx";
import { FILTER_INPUT } from "../filter/bar.tsx";
import { feed, paused } from "../list/feed.ts";
import { helpOpen } from "./help.tsx";
import { closeCall, openCall, place } from "./place.ts";
import { active } from "./selection.ts";

/** Walks the list; an open call gives way to the one walked to. */
function walkTo(row: number): void {
  const { calls } = feed.value;
  const call = calls.at(Math.max(0, Math.min(calls.length - 1, row)));
  if (call === undefined) return;
  active.value = call.id;
  if (place.value.call !== "") openCall(call.id);
}

function walk(by: number): void {
  const row = active.value === "" ? -1 : feed.value.calls.rowOf(active.value);
  walkTo(row === -1 ? 0 : row + by);
}

function showTab(wanted: Tab): void {
  if (place.value.call !== "") tab.value = wanted;
}

function escape(): void {
  if (place.value.call !== "") closeCall();
  else active.value = "";
  document.getElementById("calls")?.focus();
}

const ROWS_A_PAGE = 20;

const KEYS: Readonly<Record<string, () => void>> = {
  "/": () => {
    const input = document.getElementById(FILTER_INPUT) as HTMLInputElement;
    input.focus();
    input.select();
  },
  j: () => walk(1),
  ArrowDown: () => walk(1),
  k: () => walk(-1),
  ArrowUp: () => walk(-1),
  PageDown: () => walk(ROWS_A_PAGE),
  PageUp: () => walk(-ROWS_A_PAGE),
  g: () => walkTo(0),
  Home: () => walkTo(0),
  G: () => walkTo(Infinity),
  End: () => walkTo(Infinity),
  Enter: () => {
    if (active.value !== "") openCall(active.value);
  },
  Escape: escape,
  "1": () => showTab("response"),
  "2": () => showTab("request"),
  "3": () => showTab("about"),
  c: () => void copyAsCurl(),
  l: () => void copyLink(),
  e: () => toggle(ERRORS),
  p: () => (paused.value = !paused.value),
  "?": () => (helpOpen.value = true),
};

/** Keys that something under the focus has a meaning for of its own. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if (target.closest("input, textarea, select, dialog[open]") !== null) return true;
  if (event.key === "Enter") return target.closest("button, a, summary, [role=treeitem]") !== null;
  const moves = event.key.startsWith("Arrow") || event.key.startsWith("Page") || event.key === "Home" || event.key === "End";
  return moves && target.closest("[role=tablist], [role=tree], .call-scroll") !== null;
}

/** Single keys, for the whole page; with Ctrl, Alt or Meta they belong to the browser. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event)) return;
    const action = KEYS[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
