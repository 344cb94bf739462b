import { DeleteLoginProfile$, type DeleteLoginProfileRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteLoginProfile as removeLoginProfile } from '../../store/login-profiles.ts';
import { endSessionsOf } from '../../store/sign-in-sessions.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { requireLoginProfile } from './login-profiles.ts';
import { requireUser } from './principals.ts';

type Input = Checked<DeleteLoginProfileRequest>;
export const deleteLoginProfile = operation(
  DeleteLoginProfile$,
  async (input: Input, call: Call): Promise<object> => {
    const user = await requireUser(call, input.UserName);
    await requireLoginProfile(call, user);
    await removeLoginProfile(call.tx, user.id);
    await endSessionsOf(call.tx, user.id);
    return {};
  },
  aboutUser(),
);
