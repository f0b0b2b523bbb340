import { fileURLToPath } from "node:url";

/** The environment of the program: nothing of the runner's own settings in it, and the suite's CA trusted. */
export function cleanEnv(extra: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_OPTIONS$|OTEL_|INPOOLING_|NODE_ENV$|TEST$|DD_|HDX_|SENTRY_|.*_proxy$|npm_)/i.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    NODE_EXTRA_CA_CERTS: fileURLToPath(new URL("../tls/ca.pem", import.meta.url)),
    ...extra,
  };
}
