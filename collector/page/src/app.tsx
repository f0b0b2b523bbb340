import { FilterBar } from "./filter/bar.tsx";
import { Grid } from "./list/grid.tsx";
import { NewCalls } from "./list/new-calls.tsx";
import { Panel } from "./detail/panel.tsx";
import { Header } from "./status/header.tsx";
import { Losses } from "./status/losses.tsx";
import { Help } from "./shell/help.tsx";
import { notice } from "./shell/notice.ts";
import { place } from "./shell/place.ts";

/** The whole page. */
export function App() {
  return (
    <div class={`page${place.value.call === "" ? "" : " with-call"}`}>
      <Header />
      <FilterBar />
      <Losses />
      <main class="main">
        <div class="list">
          <NewCalls />
          <Grid />
        </div>
        <Panel />
      </main>
      <Help />
      <p class={`notice${notice.value === "" ? "" : " shown"}`} role="status">
        {notice.value}
      </p>
    </div>
  );
}
