/**
 * The password that the root of an account signs in with, set by the operator: whoever lost it, or lost the MFA device,
 * has no other way back. Whoever is signed in as that root is signed out.
 */
import type { Installation } from '../installation.ts';
import { rootSubject, succeeded } from '../sign-in/attempts.ts';
import { problemOfPassword } from '../sign-in/passwords.ts';
import { findAccount } from '../store/account.ts';
import { deleteLoginProfile, insertLoginProfile } from '../store/login-profiles.ts';
import { listMfaDevicesOf, updateMfaDevice } from '../store/mfa-devices.ts';
import { lockAccount } from '../store/organizations.ts';
import { endSessionsOf } from '../store/sign-in-sessions.ts';
import { OperatorError } from './operator-error.ts';

export interface RootPassword {
  readonly accountId: string;
  /** What the root signs in by. */
  readonly email: string;
  /** Serial numbers of the devices whose codes are not asked for any more. */
  readonly mfaRemoved: readonly string[];
}

export interface NewRootPassword {
  readonly accountId: string;
  readonly password: string;
  readonly removeMfa: boolean;
}

/** @throws OperatorError */
export async function setRootPassword(
  { db, passwords, clock }: Installation,
  { accountId, password, removeMfa }: NewRootPassword,
): Promise<RootPassword> {
  const problem = problemOfPassword(password);
  if (problem !== undefined) throw new OperatorError(`${problem}.`, { httpStatus: 400 });
  const hash = await passwords.hash(password);
  return db.transaction().execute(async (tx) => {
    const account = await findAccount(tx, accountId);
    if (!account) throw new OperatorError(`There is no account ${accountId}.`, { httpStatus: 404 });
    await lockAccount(tx, accountId);
    await deleteLoginProfile(tx, accountId);
    await insertLoginProfile(tx, {
      principal_id: accountId,
      account_id: accountId,
      user_id: null,
      password_hash: hash,
      reset_required: false,
      created_at: clock.now(),
    });
    await endSessionsOf(tx, accountId);
    await succeeded(tx, rootSubject(account.email));
    const devices = removeMfa ? await listMfaDevicesOf(tx, accountId) : [];
    const serials = devices.map((device) => device.serial_number);
    for (const serial of serials) {
      await updateMfaDevice(tx, serial, { principal_id: null, user_id: null, enabled_at: null });
    }
    return { accountId, email: account.email, mfaRemoved: serials };
  });
}
