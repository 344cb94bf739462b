import { GetLoginProfile$, type GetLoginProfileRequest, type GetLoginProfileResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { requireLoginProfile } from './login-profiles.ts';
import { requireUser } from './principals.ts';

type Input = Checked<GetLoginProfileRequest>;
export const getLoginProfile = readingOperation(
  GetLoginProfile$,
  async (input: Input, call: ReadCall): Promise<GetLoginProfileResponse> => {
    const user = await requireUser(call, input.UserName);
    const profile = await requireLoginProfile(call, user);
    return {
      LoginProfile: {
        UserName: user.name,
        CreateDate: new Date(profile.created_at),
        PasswordResetRequired: profile.reset_required,
      },
    };
  },
  aboutUser(),
);
