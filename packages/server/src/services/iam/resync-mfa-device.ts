import { ResyncMFADevice$, type ResyncMFADeviceRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { takeTwoCodes } from '../../sign-in/mfa.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { deviceOwner, refusedCodes, requireMfaDeviceOf } from './mfa-devices.ts';

type Input = Checked<ResyncMFADeviceRequest>;

/** For a device whose clock has drifted so far that its codes are not taken any more. */
export const resyncMFADevice = operation(
  ResyncMFADevice$,
  async (input: Input, call: Call): Promise<object> => {
    const { tx, installation, now } = call;
    const owner = await deviceOwner(call, input.UserName);
    const device = await requireMfaDeviceOf(call, owner, input.SerialNumber);
    const codes = [input.AuthenticationCode1, input.AuthenticationCode2] as const;
    const refused = refusedCodes(await takeTwoCodes(tx, installation, device, codes, now));
    if (refused) call.refuseAfterCommit(refused);
    return {};
  },
  aboutUser(),
);
