/**
 * Signing in: password, one-time code where there is an MFA device, new password where one is asked for.
 *
 * Whether a user exists, has a password, or gave a wrong one, is one and the same answer after the same work. What else
 * is needed is told only to who knows the password. Not here: the form of requests and answers (doors.ts).
 */
import type { Instant } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import type { Tx } from '../store/database.ts';
import { findLoginProfile, type LoginProfileRow, lockLoginProfile, setPassword } from '../store/login-profiles.ts';
import { listMfaDevicesOf, type MfaDeviceRow } from '../store/mfa-devices.ts';
import { endSessionsOf } from '../store/sign-in-sessions.ts';
import { addressSubject, attempt, deviceSubject, type Subject, succeeded, undone } from './attempts.ts';
import { takeCode } from './mfa.ts';
import { problemOfPassword } from './passwords.ts';
import { type Named, type Principal, type Sought, seek } from './principal.ts';
import { openSession } from './sessions.ts';

export interface Typed {
  readonly named: Named;
  readonly password: string;
  readonly oneTimeCode: string | undefined;
  readonly newPassword: string | undefined;
}

export type Needed = 'oneTimeCode' | 'newPassword';

export type SignInVerdict =
  | { readonly kind: 'signed-in'; readonly token: string }
  | { readonly kind: 'wrong-password' | 'wrong-code' }
  | { readonly kind: 'locked'; readonly until: Instant }
  /** All that was given is right, and this has to be given too. */
  | { readonly kind: 'more-needed'; readonly needed: readonly Needed[] }
  | { readonly kind: 'unfit-password'; readonly problem: string };

export interface Authentication {
  readonly verdict: SignInVerdict;
  /** Who was tried, right or wrong; undefined: there is no such user or root. */
  readonly principal: Principal | undefined;
}

/** @param address that the request came from */
export async function authenticate(installation: Installation, typed: Typed, address: string): Promise<Authentication> {
  const sought = await seek(installation.db, typed.named);
  return { verdict: await judge(installation, typed, address, sought), principal: sought.principal };
}

async function judge(
  installation: Installation,
  typed: Typed,
  address: string,
  { subject, principal }: Sought,
): Promise<SignInVerdict> {
  const { db, clock, passwords } = installation;
  const now = clock.now();
  const from = addressSubject(address);
  const until = (await attempt(db, from, now)) ?? (await attempt(db, subject, now));
  if (until !== undefined) return { kind: 'locked', until };

  // Asked for nobody, too: the answer takes as long.
  const profile = await findLoginProfile(db, principal?.principalId ?? '');
  const giveBack = async (): Promise<void> => {
    await undone(db, subject);
    await undone(db, from);
  };
  const verdict = await passwords.verify(typed.password, profile?.password_hash).catch(async (error: unknown) => {
    // Nobody looked at it.
    await giveBack();
    throw error;
  });
  if (verdict.kind === 'wrong' || !principal || !profile) return { kind: 'wrong-password' };
  const devices = await listMfaDevicesOf(db, principal.principalId);
  const open = openQuestion(typed, profile, devices);
  if (open) {
    await giveBack();
    return open;
  }
  const fresh = profile.reset_required ? typed.newPassword : verdict.rehash ? typed.password : undefined;
  const hash = fresh === undefined ? undefined : await passwords.hash(fresh);
  return db
    .transaction()
    .execute((tx) =>
      enter(tx, installation, { typed, principal, profile, devices, hash, subjects: [subject, from], now }),
    );
}

/** What stands in the way of somebody who knows the password. */
function openQuestion(
  { password, oneTimeCode, newPassword }: Typed,
  { reset_required: resetRequired }: LoginProfileRow,
  devices: readonly MfaDeviceRow[],
): SignInVerdict | undefined {
  const needed: Needed[] = [
    ...(devices.length > 0 && oneTimeCode === undefined ? (['oneTimeCode'] as const) : []),
    ...(resetRequired && newPassword === undefined ? (['newPassword'] as const) : []),
  ];
  if (needed.length > 0) return { kind: 'more-needed', needed };
  if (devices.length === 0 && oneTimeCode !== undefined) return { kind: 'wrong-code' };
  if (newPassword === undefined) return undefined;
  if (!resetRequired) return { kind: 'unfit-password', problem: 'No new password is asked for: use ChangePassword.' };
  const problem = newPassword === password ? 'The new password must be another one.' : problemOfPassword(newPassword);
  return problem === undefined ? undefined : { kind: 'unfit-password', problem };
}

interface Entering {
  readonly typed: Typed;
  readonly principal: Principal;
  readonly profile: LoginProfileRow;
  readonly devices: readonly MfaDeviceRow[];
  /** To be kept instead of the one that was verified. */
  readonly hash: string | undefined;
  readonly subjects: readonly Subject[];
  readonly now: Instant;
}

/** Must be committed whatever comes out: a code that was taken or failed is remembered. */
async function enter(tx: Tx, installation: Installation, entering: Entering): Promise<SignInVerdict> {
  const { typed, principal, profile, devices, hash, subjects, now } = entering;
  const { principalId } = principal;
  const current = await lockLoginProfile(tx, principalId);
  if (current?.password_hash !== profile.password_hash) return { kind: 'wrong-password' };
  if (devices.length > 0 && !(await isCodeOfAny(tx, installation, devices, typed.oneTimeCode ?? '', now))) {
    return { kind: 'wrong-code' };
  }
  if (hash !== undefined) await setPassword(tx, principalId, { password_hash: hash, reset_required: false });
  if (profile.reset_required) await endSessionsOf(tx, principalId);
  const token = await openSession(tx, installation, principal, devices.length > 0 ? now : undefined, now);
  for (const subject of subjects) await succeeded(tx, subject);
  return { kind: 'signed-in', token };
}

/** A right code of one device was no wrong one of those that were asked before it. */
async function isCodeOfAny(
  tx: Tx,
  installation: Installation,
  devices: readonly MfaDeviceRow[],
  code: string,
  now: Instant,
): Promise<boolean> {
  const others: Subject[] = [];
  for (const device of devices) {
    const verdict = await takeCode(tx, installation, device, code, now);
    if (verdict === 'wrong') others.push(deviceSubject(device.serial_number));
    if (verdict !== 'taken') continue;
    for (const other of others) await undone(tx, other);
    return true;
  }
  return false;
}
