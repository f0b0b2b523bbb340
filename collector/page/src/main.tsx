import { render } from "preact";
import { App } from "./app.tsx";
import { openFeed } from "./list/feed.ts";
import { listenToKeys } from "./shell/keys.ts";
import { filter } from "./shell/place.ts";
import { startPolling } from "./status/poll.ts";
import { effect } from "@preact/signals";
import { followPlace } from "./detail/open.ts";
import "./style/base.css";
import "./style/shell.css";
import "./style/list.css";
import "./style/detail.css";
import "./style/body.css";

effect(() => openFeed(filter.value));
followPlace();
startPolling();
listenToKeys();
render(<App />, document.getElementById("app") as HTMLElement);
