/**
 * Why a job ends badly, as its reader sees it: a sentence without secrets, AWS's category, and whether a start may be
 * tried again. Source: backup spec 5.8 (categories), 2.Q and 5.1 (literal texts).
 */
import { ConnectorFailure, fileFaultOf, ProgramMissing } from '@holdfast/connector-kit';
import type { RoleProblem } from '../authorization/authorizer.ts';
import { ResticError, type ResticFailure } from '../vault/restic-error.ts';

export type MessageCategory =
  | 'ACCESS_DENIED'
  | 'FATAL_ERROR'
  | 'FEATURE_NOT_ENABLED'
  | 'INVALID_STATE'
  | 'KMS_KEY_ERROR'
  | 'LIMIT_EXCEEDED'
  | 'MISCELLANEOUS'
  | 'RESOURCE_NOT_FOUND'
  | 'RESOURCE_NOT_SUPPORTED'
  | 'UNSUPPORTED_OPERATION';

export class JobFailure extends Error {
  override readonly name = 'JobFailure';
  readonly category: MessageCategory;
  readonly retryable: boolean;
  constructor(message: string, category: MessageCategory, about: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.category = category;
    this.retryable = about.retryable ?? false;
  }
}

/** The lease is somebody else's by now, or somebody asked to stop: nothing that this worker made is recorded. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const RESTIC: Readonly<Record<ResticFailure, readonly [says: string, category: MessageCategory]>> = {
  'no-repository': ["The vault's repository is not in its place", 'RESOURCE_NOT_FOUND'],
  'wrong-password': ["The vault's repository does not open with the vault's key", 'KMS_KEY_ERROR'],
  'wrong-repository': ["In the vault's place is the repository of another vault", 'INVALID_STATE'],
  locked: ["The vault's repository is locked by another process", 'INVALID_STATE'],
  'storage-full': ['The storage of the vault is full', 'LIMIT_EXCEEDED'],
  'storage-unreachable': ['The storage of the vault cannot be used', 'INVALID_STATE'],
  damaged: ["The vault's repository is damaged", 'FATAL_ERROR'],
  'no-snapshot': ["The vault's repository does not hold the snapshot", 'RESOURCE_NOT_FOUND'],
  'source-missing': ['The directory is not there', 'RESOURCE_NOT_FOUND'],
  'source-incomplete': ['Not all of the source could be read', 'INVALID_STATE'],
  interrupted: ['restic was interrupted', 'FATAL_ERROR'],
  silent: ['restic made no progress and was stopped', 'FATAL_ERROR'],
  unknown: ['restic failed', 'FATAL_ERROR'],
};

/** Any error of a job's work. Undefined: a bug of ours, to be logged whole and told as such. */
export function jobFailureOf(error: unknown): JobFailure | undefined {
  if (error instanceof JobFailure) return error;
  if (error instanceof ConnectorFailure) {
    return new JobFailure(error.message, error.category, { retryable: error.retryable, cause: error });
  }
  if (error instanceof ResticError) {
    const [says, category] = RESTIC[error.failure];
    return new JobFailure(`${says} (${error.message}).`, category, { retryable: error.retryable, cause: error });
  }
  if (error instanceof ProgramMissing) return new JobFailure(error.message, 'UNSUPPORTED_OPERATION', { cause: error });
  return fileFailure(error);
}

/** No space is left at the vault. */
export function isStorageFull({ cause }: JobFailure): boolean {
  return cause instanceof ResticError && cause.failure === 'storage-full';
}

/** A full disk or a missing right, wherever the server met it, is the operator's to mend. */
function fileFailure(error: unknown): JobFailure | undefined {
  const fault = fileFaultOf(error);
  if (!fault) return undefined;
  const message = `${fault.path ?? 'A file of the server'} cannot be used: ${fault.why}.`;
  return new JobFailure(message, 'INVALID_STATE', { cause: error });
}

export function roleFailure(roleArn: string, problem: RoleProblem, doing: 'backup' | 'copy' | 'restore'): JobFailure {
  const message =
    problem.kind === 'denied'
      ? `IAM Role ${roleArn} does not have sufficient permissions to execute the ${doing}: ${problem.action} is not allowed.`
      : `The provided role ${roleArn} cannot be assumed by AWS Backup.`;
  return new JobFailure(message, 'ACCESS_DENIED');
}
