import { GetMFADevice$, type GetMFADeviceRequest, type GetMFADeviceResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { deviceOwner, requireMfaDeviceOf } from './mfa-devices.ts';

type Input = Checked<GetMFADeviceRequest>;
export const getMFADevice = readingOperation(
  GetMFADevice$,
  async (input: Input, call: ReadCall): Promise<GetMFADeviceResponse> => {
    const owner = await deviceOwner(call, input.UserName);
    const device = await requireMfaDeviceOf(call, owner, input.SerialNumber);
    return {
      UserName: owner.userName,
      SerialNumber: device.serial_number,
      ...(device.enabled_at === null ? {} : { EnableDate: new Date(device.enabled_at) }),
    };
  },
  aboutUser(),
);
