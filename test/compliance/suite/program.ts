// The application half of the suite: the process that is started bare or under a tool. It runs the cases that the
// runner names, one after the other, and reports what an application could see.
import { createRequire } from "node:module";
import { caseNamed } from "../cases/index.ts";
import { Application } from "./application.ts";
import type { FromProgram, ToProgram } from "./channel.ts";
import { shape } from "./observe.ts";

/** A case that has not ended by then never will: they take milliseconds. */
const PATIENCE_MS = Number(process.env["COMPLIANCE_PATIENCE_MS"] ?? 4_000);

// Tools that hook `require` patch these modules when they are required first, as some dependency of any application does.
for (const name of ["node:http", "node:https", "node:http2"]) createRequire(import.meta.url)(name);

let current: Application | undefined;

function send(message: FromProgram): void {
  process.send?.(message);
}

// What kills a process is, here, something that an application sees.
process.on("uncaughtException", (error, origin) => current?.noteIn("process", origin, shape(error)));
process.on("warning", (warning) => {
  if (/MaxListeners|Deprecat/.test(warning.name)) current?.noteIn("process", "warning", warning.name, warning.message.slice(0, 100));
});

async function run(name: string, application: Application): Promise<void> {
  const found = await caseNamed(name);
  current = application;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const work = found.run(application).then(
    () => true as const,
    (error: unknown) => {
      application.noteIn("application", "failed", shape(error));
      return true as const;
    },
  );
  const ended = await Promise.race([work, patience]);
  clearTimeout(timer);
  // Late events of this case belong to it.
  await new Promise((resolve) => setImmediate(resolve));
  send({ type: "done", name, lanes: application.lanes, ended });
}

process.on("message", (message: ToProgram) => {
  if (message.type === "run") void run(message.name, new Application(message.address, (name) => send({ type: "signal", name })));
  else if (message.type === "tell") current?.hear(message.name);
  else setTimeout(() => process.exit(0), message.lingerMs);
});
send({ type: "ready", node: process.version });
