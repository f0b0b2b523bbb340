import { RpcCode } from "./refusal.ts";

/** Why a connection did not bring a readable HTTP request. `status` 0: nothing can be answered. */
export interface Unreadable {
  readonly status: number;
  readonly code: RpcCode;
  readonly reason: string;
}

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

const TLS_HANDSHAKE = 0x16;
const HTTP2_PREFACE = "PRI * HTTP/2.0";

/** Names what came instead of HTTP/1.1: gRPC and TLS are what people configure by mistake. */
export function explainUnreadable(error: ParserError): Unreadable {
  const packet = error.rawPacket;
  if (packet?.[0] === TLS_HANDSHAKE) {
    return {
      status: 0,
      code: RpcCode.invalidArgument,
      reason: "a TLS handshake came; this port speaks plain HTTP: use http:// in the endpoint",
    };
  }
  if (packet?.toString("latin1", 0, HTTP2_PREFACE.length) === HTTP2_PREFACE) {
    const reason = "HTTP/2 came, as gRPC uses it; this port speaks OTLP over HTTP/1.1: set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf";
    return { status: 400, code: RpcCode.invalidArgument, reason };
  }
  switch (error.code) {
    case "ECONNRESET":
    case "EPIPE":
      return { status: 0, code: RpcCode.unavailable, reason: "the sender reset the connection" };
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, code: RpcCode.deadlineExceeded, reason: "the request did not arrive in time; send it again" };
    case "HPE_HEADER_OVERFLOW":
      return {
        status: 431,
        code: RpcCode.resourceExhausted,
        reason: "the header section is larger than 16 KiB; send fewer or shorter header fields",
      };
    default:
      return { status: 400, code: RpcCode.invalidArgument, reason: `not a valid HTTP/1.1 request (${error.code ?? error.message})` };
  }
}
