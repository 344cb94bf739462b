/**
 * Whose an MFA device is, and the device that an operation names.
 * Source: the IAM API reference; the wording of refusals follows what AWS answers.
 */
import { InvalidAuthenticationCodeException$, type VirtualMFADevice } from '@aws-sdk/client-iam';
import { AwsError } from '@holdfast/wire';
import type { CodeVerdict } from '../../sign-in/mfa.ts';
import { rootArn } from '../../store/identity-ids.ts';
import { findUser, type UserRow } from '../../store/identity-users.ts';
import { findMfaDevice, type MfaDeviceRow } from '../../store/mfa-devices.ts';
import type { ReadCall } from '../operation.ts';
import { missing } from './errors.ts';
import { requireUser } from './principals.ts';
import { USERS_PER_ACCOUNT } from './quotas.ts';
import { tagShapes, userShape } from './shapes.ts';

export const DEVICES_PER_OWNER = 8;
/** As many as users. */
export const DEVICES_PER_ACCOUNT = USERS_PER_ACCOUNT;

/** What the root is called where IAM wants a user's name. */
const ROOT_NAME = 'root';

export interface DeviceOwner {
  /** The user's id; of the root, the account's id. */
  readonly principalId: string;
  readonly userId: string | null;
  readonly userName: string;
}

/**
 * The user that is named; nobody named: whoever asks. The root names itself `root`, unless a user has that name.
 * @throws NoSuchEntity
 */
export async function deviceOwner(call: ReadCall, userName: string | null | undefined): Promise<DeviceOwner> {
  const { db, accountId, caller } = call;
  const asksForItself =
    caller.kind === 'root' && (!userName || (userName === ROOT_NAME && !(await findUser(db, accountId, userName))));
  if (asksForItself) return { principalId: accountId, userId: null, userName: ROOT_NAME };
  const user = await requireUser(call, userName);
  return { principalId: user.id, userId: user.id, userName: user.name };
}

/** @throws NoSuchEntity */
export async function requireMfaDevice({ db, accountId }: ReadCall, serialNumber: string): Promise<MfaDeviceRow> {
  const device = await findMfaDevice(db, accountId, serialNumber);
  if (!device) throw missing(`VirtualMFADevice with serial number ${serialNumber} doesn't exist.`);
  return device;
}

/** @throws NoSuchEntity when it is somebody else's, or nobody's */
export async function requireMfaDeviceOf(
  call: ReadCall,
  { principalId, userName }: DeviceOwner,
  serialNumber: string,
): Promise<MfaDeviceRow> {
  const device = await requireMfaDevice(call, serialNumber);
  if (device.principal_id !== principalId) {
    throw missing(`MFA Device ${serialNumber} is not enabled for user ${userName}.`);
  }
  return device;
}

/** Undefined: the codes are good. */
export function refusedCodes(verdict: CodeVerdict): AwsError | undefined {
  switch (verdict) {
    case 'taken':
      return undefined;
    case 'wrong':
      return new AwsError(InvalidAuthenticationCodeException$, 'Authentication code for device is not valid.');
    case 'locked':
      return new AwsError(
        InvalidAuthenticationCodeException$,
        'Too many authentication codes for the device were not valid. Try again later.',
      );
  }
}

/** Without the seed, which is shown once. */
export function mfaDeviceShape(device: MfaDeviceRow, owner: UserRow | undefined): VirtualMFADevice {
  const { serial_number: serialNumber, account_id: accountId, principal_id: principalId, enabled_at: at } = device;
  const root = { Path: '/', UserName: ROOT_NAME, UserId: accountId, Arn: rootArn(accountId) };
  return {
    SerialNumber: serialNumber,
    ...(at === null ? {} : { EnableDate: new Date(at) }),
    ...(owner && { User: userShape(owner, false) }),
    ...(principalId === accountId && at !== null && { User: { ...root, CreateDate: new Date(at) } }),
    ...(Object.keys(device.tags).length === 0 ? {} : { Tags: tagShapes(device.tags) }),
  };
}
