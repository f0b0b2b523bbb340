import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "inpooling.theme";

function remembered(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** What the reader chose; `system` follows `prefers-color-scheme`. Set before the first paint by theme.js. */
export const theme = signal<Theme>(remembered());

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
});

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export function nextTheme(): void {
  theme.value = NEXT[theme.value];
}
