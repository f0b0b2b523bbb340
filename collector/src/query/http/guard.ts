import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { ApiError } from "./answer.ts";

/** Who may ask: names in `Host`, and a token where one is set. */
export interface GuardOptions {
  /** The address that the server listens on, as configured. */
  readonly host: string;
  /** More names that people reach the page by. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly token?: string | undefined;
}

const wildcard = (host: string): boolean => host === "" || host === "0.0.0.0" || host === "::";
const bare = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");

/** Name and port of a `Host` header; undefined when it is none. */
function splitHost(header: string): { name: string; port: string } | undefined {
  const [, name = "", port = ""] = /^(\[[0-9a-f:.]+\]|[^\s:/@?#\\[\]]+)(?::(\d{1,5}))?$/i.exec(header) ?? [];
  return name === "" ? undefined : { name: bare(name), port };
}

/**
 * Refuses what another site's page could have a browser send (DNS rebinding, cross-site reads), and everything
 * without the token where one is set. The API only reads, but what it reads are other people's secrets.
 */
export class Guard {
  readonly #names: ReadonlySet<string>;
  readonly #addresses: boolean;
  readonly #token: Buffer | undefined;

  constructor(options: GuardOptions) {
    const names = ["localhost", "127.0.0.1", "::1", ...(options.allowedHosts ?? [])].map((name) => bare(name));
    if (!wildcard(options.host)) names.push(bare(options.host));
    this.#names = new Set(names);
    // Rebinding needs a name: with a literal address in Host the browser really asked that address.
    this.#addresses = wildcard(options.host);
    this.#token = options.token === undefined || options.token === "" ? undefined : digest(options.token);
  }

  /** @throws ApiError 403 for a foreign `Host` or `Origin`. */
  checkOrigin(req: IncomingMessage, api: boolean): void {
    const header = req.headers.host ?? "";
    const host = splitHost(header);
    if (host === undefined || !this.#knows(host.name)) {
      throw new ApiError(
        403,
        "forbidden",
        `This collector does not answer to the name ${JSON.stringify(header)}`,
        "Open it as http://127.0.0.1 with its port. If the name is yours, start the collector with --host NAME so that it is known.",
      );
    }
    const { origin } = req.headers;
    if (origin !== undefined && !sameOrigin(origin, host)) {
      throw new ApiError(
        403,
        "forbidden",
        `Pages of ${JSON.stringify(origin)} may not read recorded calls`,
        "Ask from the collector's own page, or from a program that sends no Origin header.",
      );
    }
    const site = req.headers["sec-fetch-site"];
    if (api && (site === "cross-site" || site === "same-site")) {
      throw new ApiError(
        403,
        "forbidden",
        "Another site's page may not read recorded calls",
        "Open the address in a tab of its own, from the collector's own page.",
      );
    }
  }

  /** @throws ApiError 401 without the token, sent as `Authorization: Bearer …` or in the page's cookie. */
  checkToken(req: IncomingMessage): void {
    if (this.#token === undefined) return;
    const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? "")?.[1];
    const cookie = /(?:^|;\s*)inpooling_token=([^;]*)/.exec(req.headers.cookie ?? "")?.[1];
    const given = bearer ?? (cookie === undefined ? undefined : safeDecode(cookie));
    if (given === undefined || !this.accepts(given)) {
      throw new ApiError(
        401,
        "unauthorized",
        given === undefined ? "This collector wants a token" : "The token is not the collector's",
        "Send Authorization: Bearer TOKEN, or open the page once as /?token=TOKEN.",
      );
    }
  }

  /** Compares in constant time. */
  accepts(token: string): boolean {
    return this.#token !== undefined && timingSafeEqual(digest(token), this.#token);
  }

  #knows(name: string): boolean {
    return this.#names.has(name) || name.endsWith(".localhost") || (this.#addresses && isIP(name) !== 0);
  }
}

function sameOrigin(origin: string, host: { name: string; port: string }): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, port } = new URL(origin);
  const standard = protocol === "https:" ? "443" : "80";
  return /^https?:$/.test(protocol) && bare(hostname) === host.name && (port || standard) === (host.port || standard);
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
