import { readFile, realpath, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { createHash } from "node:crypto";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Nothing but our own files, and no inline code: a payload that got into the page could still not run or phone home. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

interface PageFile {
  readonly version: string;
  readonly body: Buffer;
  readonly gzip: Buffer | undefined;
  readonly etag: string;
  readonly type: string;
}

/** The built page's files, read once each (again when they change: a rebuild needs no restart). */
export class PageFiles {
  readonly #dir: string;
  readonly #kept = new Map<string, PageFile>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Answers a path of the page; false when there is no such file. `path` is the URL's, still percent-encoded. */
  async serve(path: string, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const wanted = path === "/" || /^\/calls\/[^/]+\/?$/.test(path) ? "/index.html" : path;
    const file = await this.#read(wanted);
    if (file === undefined) return wanted === "/index.html" ? this.#notBuilt(res) : false;
    const hashed = /^\/assets\/.*-[\w-]{6,}\.\w+$/.test(wanted);
    res.setHeader("cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    res.setHeader("content-security-policy", pagePolicy);
    res.setHeader("etag", file.etag);
    res.setHeader("vary", "accept-encoding");
    if (req.headers["if-none-match"] === file.etag) {
      res.writeHead(304).end();
      return true;
    }
    const zipped = file.gzip !== undefined && /\bgzip\b/.test(req.headers["accept-encoding"] ?? "") ? file.gzip : undefined;
    const body = zipped ?? file.body;
    if (zipped !== undefined) res.setHeader("content-encoding", "gzip");
    res.writeHead(200, { "content-type": file.type, "content-length": body.length }).end(body);
    return true;
  }

  async #read(path: string): Promise<PageFile | undefined> {
    const name = safePath(path);
    if (name === undefined) return undefined;
    try {
      const root = await realpath(this.#dir);
      const file = await realpath(join(root, name));
      if (!file.startsWith(root + sep)) return undefined;
      const info = await stat(file);
      if (!info.isFile()) return undefined;
      const version = `${info.mtimeMs}-${info.size}`;
      const kept = this.#kept.get(file);
      if (kept?.version === version) return kept;
      const body = await readFile(file);
      const type = types[extname(file).toLowerCase()] ?? "application/octet-stream";
      const gzip = /^(?:text|application\/(?:json|manifest)|image\/svg)/.test(type) && body.length > 1024 ? gzipSync(body) : undefined;
      const read = { version, body, gzip, type, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
      this.#kept.set(file, read);
      return read;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  #notBuilt(res: ServerResponse): boolean {
    const text =
      "The page is not built yet. Run `pnpm build` (or `npx -y pnpm@12 build`) and load this again.\nThe API works without it: /api/calls\n";
    res
      .writeHead(503, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "content-security-policy": pagePolicy })
      .end(text);
    return true;
  }
}

/** A relative file name; undefined for everything that could leave the folder or is no plain name. */
function safePath(path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const segments = decoded.slice(1).split("/");
  return segments.every((segment) => /^[\w@-][\w.@-]*$/.test(segment)) ? segments.join("/") : undefined;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "EACCES" || code === "ELOOP";
}
