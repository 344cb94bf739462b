/**
 * The MFA device and code that a request for credentials may name.
 * Source: the STS API reference, SerialNumber and TokenCode; the wording of refusals follows what AWS answers.
 */
import { type AwsError, accessDenied } from '@holdfast/wire';
import { type Caller, principalIdOf } from '../../authorization/caller.ts';
import { takeCode } from '../../sign-in/mfa.ts';
import { findMfaDevice } from '../../store/mfa-devices.ts';
import type { Call } from '../operation.ts';

export interface MfaInput {
  readonly SerialNumber?: string | null | undefined;
  readonly TokenCode?: string | null | undefined;
}

export type MfaProof =
  | { readonly kind: 'none' }
  /** The code is used up, whatever becomes of the request. */
  | { readonly kind: 'given' }
  | { readonly kind: 'refused'; readonly error: AwsError };

/** The transaction must be committed if the proof is not `none`: codes taken and attempts failed are remembered. */
export async function proveMfa(call: Call, { SerialNumber: serial, TokenCode: code }: MfaInput): Promise<MfaProof> {
  if (!serial && !code) return { kind: 'none' };
  if (!serial || !code) return refused('must provide both MFA serial number and one time pass code.');
  const { tx, caller, installation, now } = call;
  const device = await findMfaDevice(tx, caller.accountId, serial);
  if (!device || device.principal_id !== ownerId(caller)) {
    return refused(
      'unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  switch (await takeCode(tx, installation, device, code, now)) {
    case 'taken':
      return { kind: 'given' };
    case 'wrong':
      return refused('with invalid MFA one time pass code. ');
    case 'locked':
      return refused('after too many invalid MFA one time pass codes. Try again later.');
  }
}

/** Users and roots have devices; sessions of roles do not. */
function ownerId(caller: Caller): string | undefined {
  return caller.kind === 'session' ? undefined : principalIdOf(caller);
}

function refused(why: string): MfaProof {
  const comma = why.startsWith('with') || why.startsWith('after') ? ' ' : ', ';
  return { kind: 'refused', error: accessDenied(`MultiFactorAuthentication failed${comma}${why}`) };
}
