import { size } from "../../../src/query/present/size.ts";
import { feed, held, paused } from "../list/feed.ts";
import { count } from "../shell/format.ts";
import { Glyph } from "../shell/icons.tsx";
import { helpOpen } from "../shell/help.tsx";
import { filterBy } from "../shell/place.ts";
import { nextTheme, theme } from "../shell/theme.ts";
import { status } from "./poll.ts";

const CONNECTION = {
  connecting: { word: "Connecting", title: "Reading the newest calls" },
  live: { word: "Live", title: "Calls appear as they end" },
  lost: { word: "No connection", title: "The collector does not answer; this page tries again by itself" },
} as const;

function Connection() {
  const connection = feed.value.connection.value;
  // Nothing is listened for with a filter that cannot be read; the filter bar says so.
  if (feed.value.error.value?.code === "bad-filter") return null;
  const { word, title } = CONNECTION[connection];
  const still = connection === "live" && held.value;
  const rate = feed.value.rate.value;
  return (
    <span class={`connection connection-${connection}${still ? " still" : ""}`} title={title} role="status">
      <i class="pulse" />
      {still ? (paused.value ? "Paused" : "Holding still") : word}
      {connection === "live" && <span class="rate">{rate < 10 ? rate.toFixed(1) : count(Math.round(rate))}/s</span>}
    </span>
  );
}

const THEME = {
  system: { icon: "system", word: "as the system" },
  light: { icon: "sun", word: "light" },
  dark: { icon: "moon", word: "dark" },
} as const;

/** Who we are, whether calls come in, how many there are. */
export function Header() {
  const now = status.value;
  const look = THEME[theme.value];
  return (
    <header class="header">
      <a
        class="brand"
        href="/"
        onClick={(event) => {
          event.preventDefault();
          filterBy("");
        }}
      >
        <Glyph name="logo" />
        Inpooling
      </a>
      <Connection />
      {now !== undefined && (
        <span class="totals" title={`Since ${now.oldest ?? "now"}; collector ${now.version}`}>
          <b>{count(now.calls)}</b> calls kept{now.bytesOnDisk > 0 && <span class="wide"> in {size(now.bytesOnDisk)}</span>}
        </span>
      )}
      <span class="spring" />
      <button
        type="button"
        class="tool"
        aria-pressed={paused.value}
        aria-label={paused.value ? "Go on" : "Pause"}
        title={`${paused.value ? "Go on" : "Pause"} (p)`}
        onClick={() => (paused.value = !paused.value)}
      >
        <Glyph name={paused.value ? "play" : "pause"} />
      </button>
      <button type="button" class="tool" aria-label={`Colours: ${look.word}. Change`} title={`Colours: ${look.word}`} onClick={nextTheme}>
        <Glyph name={look.icon} />
      </button>
      <button type="button" class="tool" aria-label="Help" title="Keys and filter language (?)" onClick={() => (helpOpen.value = true)}>
        <Glyph name="help" />
      </button>
    </header>
  );
}
