/**
 * CreateVirtualMFADevice: a seed for an authenticator app, shown once as base 32. A QR code is not drawn: the app takes
 * the seed, or a code that the console draws from it.
 */
import {
  CreateVirtualMFADevice$,
  type CreateVirtualMFADeviceRequest,
  type CreateVirtualMFADeviceResponse,
  EntityAlreadyExistsException$,
} from '@aws-sdk/client-iam';
import { AwsError, type Checked } from '@holdfast/wire';
import { newSeed } from '../../sign-in/one-time-codes.ts';
import { mfaDeviceArn } from '../../store/identity-ids.ts';
import {
  countMfaDevices,
  insertMfaDevice,
  isMfaDeviceName,
  type MfaDeviceRow,
  mfaDeviceContext,
} from '../../store/mfa-devices.ts';
import { lockAccount } from '../../store/organizations.ts';
import { type Call, operation } from '../operation.ts';
import { aboutNew } from './authorization.ts';
import { quotaExceeded } from './errors.ts';
import { DEVICES_PER_ACCOUNT, mfaDeviceShape } from './mfa-devices.ts';
import { needTagPermission, withTags } from './tags.ts';

type Input = Checked<CreateVirtualMFADeviceRequest>;
export const createVirtualMFADevice = operation(
  CreateVirtualMFADevice$,
  async (input: Input, call: Call): Promise<CreateVirtualMFADeviceResponse> => {
    const { VirtualMFADeviceName: name, Path: path } = input;
    const { tx, accountId, installation, now } = call;
    await needTagPermission(call, 'iam:TagMFADevice', input.Tags);
    await lockAccount(tx, accountId);
    if ((await countMfaDevices(tx, accountId)) >= DEVICES_PER_ACCOUNT) {
      throw quotaExceeded('VirtualMfaDevicesPerAccount', DEVICES_PER_ACCOUNT);
    }
    if (await isMfaDeviceName(tx, accountId, name)) {
      const message = 'MFADevice entity at the same path and name already exists.';
      throw new AwsError(EntityAlreadyExistsException$, message);
    }
    const serialNumber = mfaDeviceArn({ account_id: accountId, path: path ?? '/', name });
    const seed = newSeed(installation.random);
    const device: MfaDeviceRow = {
      serial_number: serialNumber,
      account_id: accountId,
      name,
      path: path ?? '/',
      seed_sealed: installation.sealer.seal(seed, mfaDeviceContext(serialNumber)),
      tags: withTags({}, input.Tags),
      created_at: now,
      principal_id: null,
      user_id: null,
      enabled_at: null,
      drift_steps: 0,
      last_step: null,
    };
    await insertMfaDevice(tx, device);
    return {
      VirtualMFADevice: {
        ...mfaDeviceShape(device, undefined),
        Base32StringSeed: new TextEncoder().encode(seed),
      },
    };
  },
  aboutNew<Input>('mfa', (input) => input.VirtualMFADeviceName),
);
