/**
 * One-time codes of MFA devices: TOTP with six digits a half minute, as authenticator apps make them. Pure.
 *
 * A code counts when it is of this step of the device's clock or of one beside it, and of a later step than the last
 * code that was taken. Not here: devices and how often one may try (mfa.ts, attempts.ts).
 * Source: RFC 6238; the IAM API reference on EnableMFADevice and ResyncMFADevice.
 */
import { type Instant, type Random, SECOND_MS } from '@holdfast/kernel';
import { Secret, TOTP } from 'otpauth';

/** Of every device. */
export const CODE_FORM = { digits: 6, period: 30 };
/** RFC 4226 recommends 160 bits; IAM's seeds have 64 characters of base 32. */
const SEED_BYTES = 40;
/** Steps to each side that a device's clock may be off, beyond what is known of it. */
const SKEW_STEPS = 1;
/** Steps to each side in which two codes in a row tell how far a device's clock is off: an hour. */
const RESYNC_STEPS = 120;

/** What is known of a device's clock. */
export interface DeviceClock {
  readonly driftSteps: number;
  /** Undefined: no code was taken yet. */
  readonly lastStep: number | undefined;
}

/** Base 32, as apps take it. */
export function newSeed(random: Random): string {
  return new Secret({ buffer: Uint8Array.from(random.bytes(SEED_BYTES)).buffer }).base32;
}

/** The step that the code is of; undefined: it does not count. */
export function stepOfCode(
  seed: string,
  code: string,
  { driftSteps, lastStep }: DeviceClock,
  now: Instant,
): number | undefined {
  const step = findStep(seed, code, stepAt(now) + driftSteps, SKEW_STEPS);
  return step === undefined || (lastStep !== undefined && step <= lastStep) ? undefined : step;
}

/** What two codes that follow one another tell of a device's clock; undefined: they do not. */
export function clockByTwoCodes(seed: string, codes: readonly [string, string], now: Instant): DeviceClock | undefined {
  const middle = stepAt(now);
  const first = findStep(seed, codes[0], middle, RESYNC_STEPS);
  if (first === undefined || findStep(seed, codes[1], first + 1, 0) === undefined) return undefined;
  return { driftSteps: first + 1 - middle, lastStep: first + 1 };
}

function stepAt(now: Instant): number {
  return Math.floor(now / SECOND_MS / CODE_FORM.period);
}

function findStep(seed: string, code: string, around: number, window: number): number | undefined {
  const delta = TOTP.validate({
    ...CODE_FORM,
    secret: Secret.fromBase32(seed),
    token: code,
    timestamp: around * CODE_FORM.period * SECOND_MS,
    window,
  });
  return delta === null ? undefined : around + delta;
}
