// One call, then the end that ENDING names.
const answer = await fetch(`${process.env.ORIGIN}/v1/balance`);
await answer.text();
switch (process.env.ENDING) {
  case "exit-3":
    process.exit(3);
  // falls through is impossible: process.exit does not return
  case "uncaught":
    throw new Error("the application's own mistake");
  case "rejection":
    void Promise.reject(new Error("nobody catches this"));
    break;
  case "sigterm":
    process.kill(process.pid, "SIGTERM");
    setInterval(() => {}, 1_000);
    break;
  case "own-sigterm":
    process.once("SIGTERM", () => process.exit(7));
    process.kill(process.pid, "SIGTERM");
    setInterval(() => {}, 1_000);
    break;
  default:
}
