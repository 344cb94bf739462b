/** The passwords that users sign in with: found, checked, hashed. Source: the IAM API reference. */
import { PasswordPolicyViolationException$ } from '@aws-sdk/client-iam';
import { AwsError, ServiceUnavailable } from '@holdfast/wire';
import { PasswordsBusy, problemOfPassword } from '../../sign-in/passwords.ts';
import type { UserRow } from '../../store/identity-users.ts';
import { findLoginProfile, type LoginProfileRow } from '../../store/login-profiles.ts';
import type { Call, ReadCall } from '../operation.ts';
import { missing } from './errors.ts';

/** @throws NoSuchEntity */
export async function requireLoginProfile({ db }: ReadCall, user: UserRow): Promise<LoginProfileRow> {
  const profile = await findLoginProfile(db, user.id);
  if (!profile) throw missing(`Login Profile for User ${user.name} cannot be found.`);
  return profile;
}

/** @throws PasswordPolicyViolation */
export function hashOfPassword({ installation }: Call, password: string): Promise<string> {
  const problem = problemOfPassword(password);
  if (problem !== undefined) throw new AwsError(PasswordPolicyViolationException$, problem);
  return unlessBusy(installation.passwords.hash(password, 'in-transaction'));
}

/** @throws ServiceUnavailable, which clients try again */
export function unlessBusy<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof PasswordsBusy ? new AwsError(ServiceUnavailable, 'Too many passwords at once.') : error;
  });
}
