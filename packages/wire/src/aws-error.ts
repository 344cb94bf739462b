/**
 * A failure that AWS's model knows: its code, text and extra members are part of the API and are tested.
 *
 * Not here: operational failures (own classes, with `cause`) and bugs (`assert`). How an error looks on the wire is
 * each protocol's matter.
 */

/** The part of an SDK error schema (`DuplicatePolicyException$`) that is read: `[kind, namespace, name, traits, …]`. */
export type ErrorSchema = readonly [-3, string, string, ...unknown[]];

export type ErrorMembers = Readonly<Record<string, unknown>>;

export class AwsError extends Error {
  /** The shape's name, such as `DuplicatePolicyException`; what clients switch on. */
  readonly code: string;
  /** Undefined: what the model says for this error and protocol. */
  readonly httpStatus: number | undefined;
  /** Members beside the message, such as `Reason`. */
  readonly members: ErrorMembers;

  constructor(error: ErrorSchema | CommonError, message: string, members: ErrorMembers = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = isCommon(error) ? error.code : error[2];
    this.httpStatus = isCommon(error) ? error.httpStatus : undefined;
    this.members = members;
  }
}

/** An error that every service knows and no model lists, such as `AccessDeniedException`. */
export interface CommonError {
  readonly code: string;
  readonly httpStatus: number;
}

function isCommon(error: ErrorSchema | CommonError): error is CommonError {
  return 'code' in error;
}
