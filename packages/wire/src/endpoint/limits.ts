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
  /**
   * Bytes of a body that are kept whoever sends it. What is beyond takes its part of `largeBodiesBytes`, so that a crowd
   * of long bodies takes no memory from short ones, which nearly all are. Default 64 KiB.
   */
  readonly smallBodyBytes: number;
  /** Bytes beyond `smallBodyBytes` that are kept of all bodies under way together. Default 256 MiB. */
  readonly largeBodiesBytes: number;
  /** Headers of a request. Clients and proxies send some twenty. Default 100. */
  readonly headers: number;
}

export const defaultLimits: EndpointLimits = {
  bodyBytes: 1_048_576,
  drainBytes: 16_777_216,
  smallBodyBytes: 65_536,
  largeBodiesBytes: 268_435_456,
  headers: 100,
};
