import { signal } from "@preact/signals";

/** The row that the keyboard is on: a call's id, "" for none. */
export const active = signal("");
