/** The limits of a request. Those of the connections that requests come over are http-server.ts's matter. */

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
  /** Headers of a request. Clients and proxies send some twenty. Default 100. */
  readonly headers: number;
}

export const defaultLimits: EndpointLimits = { bodyBytes: 1_048_576, drainBytes: 16_777_216, headers: 100 };
