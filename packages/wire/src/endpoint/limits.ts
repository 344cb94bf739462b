/**
 * The limits of the HTTP endpoint. Those of the socket belong to the server, which its owner makes with
 * `serverOptions`.
 */
import type { ServerOptions } from 'node:http';
import { SECOND_MS } from '@holdfast/kernel';

export interface EndpointLimits {
  /**
   * Bytes of a request's body. AWS's largest document here, a policy of some hundred kilobytes, fits well. Default 1
   * MiB.
   */
  readonly bodyBytes: number;
  /**
   * Bytes of a body that is too large that are read and thrown away, so that the client sees the answer instead of a
   * broken connection. Beyond it the connection is cut. Default 16 MiB.
   */
  readonly drainBytes: number;
}

export const defaultLimits: EndpointLimits = { bodyBytes: 1_048_576, drainBytes: 16_777_216 };

/** For `http.createServer(serverOptions, listener)`. */
export const serverOptions: ServerOptions = {
  /** Session tokens and presigned URLs are long; 16 KiB is what AWS's own front ends take. */
  maxHeaderSize: 16_384,
  /** From the connection to the end of the headers. */
  headersTimeout: 10 * SECOND_MS,
  /** From the connection to the end of the body. */
  requestTimeout: 60 * SECOND_MS,
  /** Longer than the idle time of common load balancers (60 s), so that they close first. */
  keepAliveTimeout: 65 * SECOND_MS,
  connectionsCheckingInterval: 5 * SECOND_MS,
};
