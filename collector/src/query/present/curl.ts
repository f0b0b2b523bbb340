import type { CallJson } from "../api.ts";

/** A command line and what about it differs from the recorded call. */
export interface CurlCommand {
  readonly command: string;
  /** Sentences for people: what has to be filled in or cannot be the same. */
  readonly notes: readonly string[];
}

type CurlCall = Pick<CallJson, "method" | "url" | "request">;

/**
 * Fields that belong to one connection or are curl's own business: sent again as recorded they would be wrong
 * (a length of a cut body, a coding that the kept body no longer has).
 */
const notRepeated: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "proxy-connection",
  "content-encoding",
  "accept-encoding",
]);

/** Longer bodies make a command that no shell takes (Linux: 128 KiB for one argument). */
const longestBody = 100_000;

/**
 * The call as a curl command for a POSIX shell. Redacted values stay in it as `[redacted:…]`, to be filled in by
 * whoever may know them.
 */
export function toCurl(call: CurlCall): CurlCommand {
  const notes: string[] = [];
  const { url, request } = call;
  const headers = request.headers.filter(([name]) => !name.startsWith(":") && !notRepeated.has(name.toLowerCase()));
  const lines = [`curl ${startOfCommand(call)}${shellQuote(url)}`];
  for (const [name, value] of headers) lines.push(`-H ${shellQuote(value === "" ? `${name};` : `${name}: ${value}`)}`);
  const accepted = request.headers.find(([name]) => name.toLowerCase() === "accept-encoding");
  if (accepted !== undefined && accepted[1] !== "identity") lines.push("--compressed");
  const body = bodyArgument(request, notes);
  if (body !== "") lines.push(body);
  // With a body, curl adds a media type of its own; an empty one takes it away again.
  if (body !== "" && !headers.some(([name]) => name.toLowerCase() === "content-type")) lines.push("-H 'Content-Type:'");
  const command = lines.join(" \\\n  ");
  if (command.includes("[redacted:")) notes.unshift("Secrets were redacted before they were recorded: replace each [redacted:…].");
  return { command, notes };
}

/** `-X` where curl would choose another method; `-g` because braces and brackets in the URL are meant as they are. */
function startOfCommand({ method, url, request }: CurlCall): string {
  const hasBody = request.body !== null || request.bodyBase64 !== undefined;
  const glob = /[[\]{}]/.test(url) ? "-g " : "";
  if (method === "HEAD" && !hasBody) return `${glob}-I `;
  return method === (hasBody ? "POST" : "GET") ? glob : `${glob}-X ${shellQuote(method)} `;
}

function bodyArgument(request: CurlCall["request"], notes: string[]): string {
  const { body, bodyBase64 } = request;
  if (request.bodyTruncated) notes.push(`Only a part of the request body was kept (${request.bodySize} bytes were sent).`);
  if (bodyBase64 !== undefined) {
    notes.push("The body is binary: download it and put it beside the command as body.bin.");
    return "--data-binary @body.bin";
  }
  if (body === null || body === "") return "";
  if (body.length > longestBody || body.includes("\0")) {
    notes.push("The body is too long for a command line: download it and put it beside the command as body.bin.");
    return "--data-binary @body.bin";
  }
  return `--data-raw ${shellQuote(body)}`;
}

/**
 * One argument of a POSIX shell, whatever the text. Control characters other than line ends and tabs, and characters
 * that change the direction of reading, are written as escapes ($'…', known to bash, zsh and POSIX 2024): pasted
 * as they are, they could act on the terminal or hide a part of the command.
 */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) && !text.startsWith("-")) return text;
  if (!unsafe.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = text.replace(/[\\']/g, String.raw`\$&`).replace(everyUnsafe, (char) => escapeUtf8(char));
  return `$'${escaped}'`;
}

// Lone surrogates count as \p{Cs}; line feed and tab are shown and pasted as what they are.
const unsafe = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
const everyUnsafe = new RegExp(unsafe, "gu");
const utf8 = new TextEncoder();

/** Octal has a fixed length of three digits, so that a digit that follows is not taken for a part of the escape. */
function escapeUtf8(char: string): string {
  return [...utf8.encode(char)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
