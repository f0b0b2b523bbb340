import { isIPv6 } from "node:net";

/** What listens, as `inpooling up` announces it. */
export interface ReadyParts {
  readonly host: string;
  readonly pagePort: number;
  readonly otlpPort: number;
  readonly data: string;
}

/** An origin that a client on this machine can open. A wildcard address is no destination, so loopback stands for it. */
export function originOf(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}

/** The one line that `inpooling up` prints to stdout; `data=` comes last because a folder's name may hold spaces. */
export function readyLine({ host, pagePort, otlpPort, data }: ReadyParts): string {
  return `inpooling ready page=${originOf(host, pagePort)} otlp=${originOf(host, otlpPort)} data=${data}`;
}

/** For people, on stderr. */
export function welcome(parts: ReadyParts, version: string): string {
  const otlp = originOf(parts.host, parts.otlpPort);
  const target = parts.otlpPort === 4318 ? "" : `INPOOLING_ENDPOINT=${otlp} `;
  return [
    `Inpooling collector ${version}`,
    `  page     ${originOf(parts.host, parts.pagePort)}`,
    `  OTLP     ${otlp}/v1/traces`,
    `  data     ${parts.data}`,
    `  record   ${target}node --require inpooling/register app.js`,
    "  stop     Ctrl-C (data stays)",
    "",
  ].join("\n");
}
