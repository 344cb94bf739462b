import { ListMFADevices$, type ListMFADevicesRequest, type ListMFADevicesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listMfaDevicesOf, type MfaDeviceRow } from '../../store/mfa-devices.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { listPage, truncation } from './listing.ts';
import { deviceOwner } from './mfa-devices.ts';

type Input = Checked<ListMFADevicesRequest>;
export const listMFADevices = readingOperation(
  ListMFADevices$,
  async (input: Input, call: ReadCall): Promise<ListMFADevicesResponse> => {
    const { principalId, userName } = await deviceOwner(call, input.UserName);
    const devices = await listPage<MfaDeviceRow, string>(call, ListMFADevices$, input, {
      parameters: { principalId },
      read: (after, limit) => listMfaDevicesOf(call.db, principalId, { after, limit }),
      cursorOf: (device) => device.serial_number,
    });
    return {
      MFADevices: devices.items.map(({ serial_number: serialNumber, enabled_at: at, created_at }) => ({
        UserName: userName,
        SerialNumber: serialNumber,
        EnableDate: new Date(at ?? created_at),
      })),
      ...truncation(devices),
    };
  },
  aboutUser(),
);
