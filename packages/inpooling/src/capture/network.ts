import { createMark } from "./mark.ts";

/** The part of `net.Socket` and `tls.TLSSocket` that says who is at the other end. */
export interface SocketLike {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localPort?: number | undefined;
  readonly alpnProtocol?: string | false | null | undefined;
}

export interface SocketNetwork {
  readonly protocol: string;
  readonly peerAddress: string;
  readonly peerPort: number;
  readonly localPort: number;
}

const facts = createMark<SocketNetwork>();

/**
 * Who a connected socket talks to. Asked of the system once per socket, for each of its calls after the first it
 * is a field of ours on it.
 * @param isHttp2 asked when ALPN does not say (prior knowledge).
 * @returns undefined before the socket is connected, or when nothing is known of it.
 */
export function networkOf(socket: SocketLike, isHttp2?: () => boolean): SocketNetwork | undefined {
  const known = facts.of(socket);
  if (known) return known;
  const { remoteAddress, remotePort, localPort, alpnProtocol } = socket;
  if (!remoteAddress) return undefined;
  const network: SocketNetwork = {
    protocol: alpnProtocol === "h2" || isHttp2?.() === true ? "2" : "1.1",
    peerAddress: remoteAddress,
    peerPort: remotePort ?? 0,
    localPort: localPort ?? 0,
  };
  facts.set(socket, network);
  return network;
}
