/**
 * A stream of bytes that is only good when its producer said so: its end alone proves nothing, since an aborted
 * producer's stream ends too.
 */
import type { Readable } from 'node:stream';

export interface ByteSource {
  readonly bytes: Readable;
  /**
   * Resolves once the producer has ended well; rejects otherwise. Settles only after `bytes` has been read or
   * destroyed.
   */
  readonly vouched: Promise<void>;
}
