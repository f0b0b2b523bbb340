import { signal } from "@preact/signals";

const SHOWN_MS = 2_500;

/** A short word about what was just done ("Copied as cURL"); "" when there is none. Read out by screen readers. */
export const notice = signal("");

let timer: number | undefined;

export function tell(text: string): void {
  notice.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = ""), SHOWN_MS);
}

/** Copies and says so. A clipboard may be refused (no permission, plain http on another host): then it says what to do. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${what}`);
  } catch {
    tell(copyBySelection(text) ? `Copied ${what}` : "The browser refused the clipboard; use Download");
  }
}

/** Pages served over plain http from another machine have no clipboard API; the older command still works there. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
