/**
 * Takes one-time codes of MFA devices: each code once, and not too many wrong ones.
 *
 * Not here: the codes' arithmetic (one-time-codes.ts), registering and enabling devices (services/iam).
 */
import type { Instant } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import type { Tx } from '../store/database.ts';
import { lockMfaDevice, type MfaDeviceRow, mfaDeviceContext, updateMfaDevice } from '../store/mfa-devices.ts';
import { attempt, deviceSubject, succeeded } from './attempts.ts';
import { clockByTwoCodes, type DeviceClock, stepOfCode } from './one-time-codes.ts';

/** `locked`: nobody looked whether it was right. The transaction must be committed whatever the verdict is. */
export type CodeVerdict = 'taken' | 'wrong' | 'locked';

type Parts = Pick<Installation, 'sealer'>;

/** @param device enabled for whoever gave the code */
export function takeCode(tx: Tx, parts: Parts, device: MfaDeviceRow, code: string, now: Instant): Promise<CodeVerdict> {
  return take(tx, parts, device, now, (seed, clock) => {
    const step = stepOfCode(seed, code, clock, now);
    return step === undefined ? undefined : { ...clock, lastStep: step };
  });
}

/** Two codes in a row, which also tell how far the device's clock is off. */
export function takeTwoCodes(
  tx: Tx,
  parts: Parts,
  device: MfaDeviceRow,
  codes: readonly [string, string],
  now: Instant,
): Promise<CodeVerdict> {
  return take(tx, parts, device, now, (seed, { lastStep }) => {
    const clock = clockByTwoCodes(seed, codes, now);
    return clock && isLater(clock, lastStep) ? clock : undefined;
  });
}

async function take(
  tx: Tx,
  { sealer }: Parts,
  { serial_number: serialNumber }: MfaDeviceRow,
  now: Instant,
  read: (seed: string, clock: DeviceClock) => DeviceClock | undefined,
): Promise<CodeVerdict> {
  const subject = deviceSubject(serialNumber);
  const device = await lockMfaDevice(tx, serialNumber);
  if ((await attempt(tx, subject, now)) !== undefined) return 'locked';
  if (!device) return 'wrong';
  const seed = sealer.open(device.seed_sealed, mfaDeviceContext(serialNumber)).toString('utf8');
  const clock = read(seed, { driftSteps: device.drift_steps, lastStep: device.last_step ?? undefined });
  if (!clock) return 'wrong';
  await succeeded(tx, subject);
  await updateMfaDevice(tx, serialNumber, { drift_steps: clock.driftSteps, last_step: clock.lastStep ?? null });
  return 'taken';
}

function isLater({ lastStep = -Infinity }: DeviceClock, than: number | undefined): boolean {
  return than === undefined || lastStep > than;
}
