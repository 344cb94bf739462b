import { DeleteVirtualMFADevice$, type DeleteVirtualMFADeviceRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteMfaDevice, lockMfaDevice } from '../../store/mfa-devices.ts';
import { type Call, operation } from '../operation.ts';
import { deleteConflict } from './errors.ts';
import { requireMfaDevice } from './mfa-devices.ts';

type Input = Checked<DeleteVirtualMFADeviceRequest>;
export const deleteVirtualMFADevice = operation(
  DeleteVirtualMFADevice$,
  async (input: Input, call: Call): Promise<object> => {
    const { serial_number: serialNumber } = await requireMfaDevice(call, input.SerialNumber);
    const device = await lockMfaDevice(call.tx, serialNumber);
    if (device && device.principal_id !== null) {
      throw deleteConflict('MFA VirtualDevice in use. Must deactivate first.');
    }
    await deleteMfaDevice(call.tx, serialNumber);
    return {};
  },
  ({ SerialNumber: serialNumber }) => ({ resources: [serialNumber] }),
);
