import { DeactivateMFADevice$, type DeactivateMFADeviceRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { updateMfaDevice } from '../../store/mfa-devices.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { deviceOwner, requireMfaDeviceOf } from './mfa-devices.ts';

type Input = Checked<DeactivateMFADeviceRequest>;

/** The device stays registered, and is nobody's. */
export const deactivateMFADevice = operation(
  DeactivateMFADevice$,
  async (input: Input, call: Call): Promise<object> => {
    const owner = await deviceOwner(call, input.UserName);
    const device = await requireMfaDeviceOf(call, owner, input.SerialNumber);
    await updateMfaDevice(call.tx, device.serial_number, { principal_id: null, user_id: null, enabled_at: null });
    return {};
  },
  aboutUser(),
);
