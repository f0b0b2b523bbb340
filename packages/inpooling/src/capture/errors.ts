import type { ErrorInfo } from "#record";

const DEPTH = 5;
const TEXT_CHARS = 2048;

function text(value: unknown): string {
  if (typeof value === "string") return value.length > TEXT_CHARS ? value.slice(0, TEXT_CHARS) : value;
  return typeof value === "number" ? String(value) : "";
}

/** What hides behind an error: its `cause`, else the first of several attempts (`AggregateError`). */
function behind(error: object): unknown {
  const { cause, errors } = error as { readonly cause?: unknown; readonly errors?: unknown };
  if (cause !== undefined) return cause;
  return Array.isArray(errors) ? (errors as readonly unknown[])[0] : undefined;
}

/** The error and its causes, outermost first, at most five. A value that is no object gives its text. */
export function errorChain(error: unknown): readonly ErrorInfo[] {
  const chain: ErrorInfo[] = [];
  const seen = new Set<unknown>();
  let link = error;
  while (link !== undefined && link !== null && chain.length < DEPTH && !seen.has(link)) {
    seen.add(link);
    if (typeof link !== "object") {
      chain.push({ name: typeof link, code: "", message: text(link) });
      break;
    }
    const { name, code, message } = link as { readonly name?: unknown; readonly code?: unknown; readonly message?: unknown };
    chain.push({ name: text(name), code: text(code), message: text(message) });
    link = behind(link);
  }
  return chain;
}

/** Errors by which an application says that it gave up, not that the exchange failed. */
const givenUp = new Set<unknown>(["AbortError", "TimeoutError", "ABORT_ERR", "UND_ERR_ABORTED", "UND_ERR_DESTROYED"]);

/** Whether the application stopped the exchange: an abort signal, a destroyed client, a cancelled body. */
export function isGivenUp(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return givenUp.has(name) || givenUp.has(code);
}

/**
 * Whether an error that undici reports is the application's own: the reason of its abort signal, what it cancelled a
 * body with, or what its upload failed with. Those are passed on as they are; every error of undici, Node and the
 * system has a code, but for one of the parser.
 */
export function isApplicationsOwn(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return true;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return typeof code !== "string" && name !== "HTTPParserError";
}
