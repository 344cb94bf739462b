/** Stands in for the authenticator app on somebody's phone. */
import type { Instant } from '@holdfast/kernel';
import { Secret, TOTP } from 'otpauth';
import { CODE_FORM } from '../one-time-codes.ts';

/** What the app shows for this seed when its clock says `at`. */
export function codeAt(seed: string, at: Instant): string {
  return TOTP.generate({ ...CODE_FORM, secret: Secret.fromBase32(seed), timestamp: at });
}
