import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

export interface Answer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Uint8Array;
  readonly headers?: OutgoingHttpHeaders | undefined;
}

/**
 * Sends an answer. When the request is still on its way (a refusal), up to `lingerBytes` of it are read and
 * thrown away before the connection closes: closing at once resets it, and the sender would see a broken pipe
 * instead of the answer (RFC 9112 9.6).
 */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer, lingerBytes: number): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(answer.status, { ...answer.headers, "content-type": answer.mediaType, "content-length": answer.body.length });
  if (request.complete) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body);
  let left = lingerBytes;
  request.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.on("end", () => response.end());
  request.resume();
}
