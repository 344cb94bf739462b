/**
 * Why a connector could not do its work, in words for the person who reads the job: no secrets, what is wrong, what
 * to do.
 */

/** AWS's message categories that connectors have a reason to use (backup spec 5.8). */
export type FailureCategory =
  | 'RESOURCE_NOT_FOUND'
  | 'INVALID_STATE'
  | 'ACCESS_DENIED'
  | 'UNSUPPORTED_OPERATION'
  | 'MISCELLANEOUS';

export class ConnectorFailure extends Error {
  override readonly name = 'ConnectorFailure';
  readonly category: FailureCategory;
  /** True: the same may work later without anyone changing anything. */
  readonly retryable: boolean;
  constructor(
    message: string,
    about: { readonly category: FailureCategory; readonly retryable?: boolean; readonly cause?: unknown },
  ) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.category = about.category;
    this.retryable = about.retryable ?? false;
  }
}
