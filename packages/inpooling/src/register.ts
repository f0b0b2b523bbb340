// What `--require inpooling/register`, `--import inpooling/register` and NODE_OPTIONS load, in every thread of the application.
import { startInpooling } from "./agent.ts";
import { diag } from "./diag.ts";

try {
  startInpooling().capture();
} catch (error) {
  // Whatever it is, the application starts as if we were not there.
  diag.errorOnce(
    "register",
    `cannot start, calls are not recorded: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}
