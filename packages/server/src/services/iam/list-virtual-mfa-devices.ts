import {
  ListVirtualMFADevices$,
  type ListVirtualMFADevicesRequest,
  type ListVirtualMFADevicesResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findUsersById } from '../../store/identity-users.ts';
import { listMfaDevices, type MfaDeviceRow } from '../../store/mfa-devices.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { mfaDeviceShape } from './mfa-devices.ts';

const ASSIGNED: Readonly<Record<string, boolean>> = { Assigned: true, Unassigned: false };

type Input = Checked<ListVirtualMFADevicesRequest>;
export const listVirtualMFADevices = readingOperation(
  ListVirtualMFADevices$,
  async (input: Input, call: ReadCall): Promise<ListVirtualMFADevicesResponse> => {
    const { db, accountId } = call;
    const assigned = ASSIGNED[input.AssignmentStatus ?? 'Any'];
    const devices = await listPage<MfaDeviceRow, string>(call, ListVirtualMFADevices$, input, {
      parameters: { assigned },
      read: (after, limit) => listMfaDevices(db, { accountId, assigned, after, limit }),
      cursorOf: (device) => device.serial_number,
    });
    const owners = devices.items.flatMap(({ user_id: id }) => (id === null ? [] : [id]));
    const users = new Map((await findUsersById(db, owners)).map((user) => [user.id, user]));
    return {
      VirtualMFADevices: devices.items.map((device) => mfaDeviceShape(device, users.get(device.user_id ?? ''))),
      ...truncation(devices),
    };
  },
);
