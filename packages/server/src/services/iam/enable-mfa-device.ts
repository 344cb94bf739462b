import { EnableMFADevice$, type EnableMFADeviceRequest, EntityAlreadyExistsException$ } from '@aws-sdk/client-iam';
import { AwsError, type Checked } from '@holdfast/wire';
import { takeTwoCodes } from '../../sign-in/mfa.ts';
import { listMfaDevicesOf, lockMfaDevice, updateMfaDevice } from '../../store/mfa-devices.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { quotaExceeded } from './errors.ts';
import { DEVICES_PER_OWNER, deviceOwner, refusedCodes, requireMfaDevice } from './mfa-devices.ts';

type Input = Checked<EnableMFADeviceRequest>;

/** Two codes in a row show that the device has the seed, and how far its clock is off. */
export const enableMFADevice = operation(
  EnableMFADevice$,
  async (input: Input, call: Call): Promise<object> => {
    const { tx, installation, now } = call;
    const owner = await deviceOwner(call, input.UserName);
    const { serial_number: serialNumber } = await requireMfaDevice(call, input.SerialNumber);
    const device = await lockMfaDevice(tx, serialNumber);
    if (!device || device.principal_id !== null) {
      throw new AwsError(EntityAlreadyExistsException$, `MFA Device ${serialNumber} is already in use.`);
    }
    if ((await listMfaDevicesOf(tx, owner.principalId)).length >= DEVICES_PER_OWNER) {
      throw quotaExceeded('MfaDevicesPerUser', DEVICES_PER_OWNER);
    }
    const codes = [input.AuthenticationCode1, input.AuthenticationCode2] as const;
    const refused = refusedCodes(await takeTwoCodes(tx, installation, device, codes, now));
    if (refused) {
      call.refuseAfterCommit(refused);
      return {};
    }
    await updateMfaDevice(tx, serialNumber, {
      principal_id: owner.principalId,
      user_id: owner.userId,
      enabled_at: now,
    });
    return {};
  },
  aboutUser(),
);
