// SuperApi as a program: `node src/main.ts [port] [seed]`. Prints its origin on the first line.
import { startSuperApi } from "./superapi.ts";

const api = await startSuperApi({ port: Number(process.argv[2] ?? 0), seed: Number(process.argv[3] ?? 1) });
process.stdout.write(`${api.origin}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void api.close().then(() => process.exit(0)));
}
