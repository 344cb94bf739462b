/**
 * The HTTP server that the endpoint is behind: how long a client may take, and how much of a connection it gets.
 *
 * A client that sends slowly, or half a request and then nothing, is cut; so is one that does not read its answer.
 */
import http, { type RequestListener } from 'node:http';
import { MINUTE_MS, SECOND_MS } from '@holdfast/kernel';

export interface SocketLimits {
  /** Bytes of all headers together, the request's first line among them. */
  readonly headerBytes: number;
  /** From the first byte to the end of the headers. */
  readonly headersMs: number;
  /** From the first byte to the end of the body. */
  readonly requestMs: number;
  /** Between two requests of a connection. */
  readonly keepAliveMs: number;
  /** Without a byte in either direction, whatever is under way. */
  readonly silenceMs: number;
  /** How often the times above are looked at: they may be exceeded by that much. */
  readonly checkMs: number;
  /** Connections at once; one more is closed at once. */
  readonly connections: number;
}

export const socketLimits: SocketLimits = {
  /** Session tokens and presigned URLs are long; 16 KiB is what AWS's own front ends take. */
  headerBytes: 16_384,
  headersMs: 10 * SECOND_MS,
  requestMs: MINUTE_MS,
  /** Longer than the idle time of common load balancers (60 s), so that they close first. */
  keepAliveMs: 65 * SECOND_MS,
  /** Longer than any operation takes to answer. */
  silenceMs: 5 * MINUTE_MS,
  checkMs: 5 * SECOND_MS,
  /** Well below what a process may open by default on a server (65,536 files). */
  connections: 10_000,
};

/** Not listening yet; whoever makes it closes it. */
export function httpServer(listener: RequestListener, limits: SocketLimits = socketLimits): http.Server {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkMs,
  };
  const server = http.createServer(options, listener);
  server.timeout = limits.silenceMs;
  server.maxConnections = limits.connections;
  // None is dropped in silence: the endpoint counts them and refuses.
  server.maxHeadersCount = 0;
  return server;
}
