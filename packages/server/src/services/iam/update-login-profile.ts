import { UpdateLoginProfile$, type UpdateLoginProfileRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { succeeded, userSubject } from '../../sign-in/attempts.ts';
import { setPassword } from '../../store/login-profiles.ts';
import { endSessionsOf } from '../../store/sign-in-sessions.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { hashOfPassword, requireLoginProfile } from './login-profiles.ts';
import { requireUser } from './principals.ts';

type Input = Checked<UpdateLoginProfileRequest>;

/** A new password ends what was begun with the old one, and failures at it. */
export const updateLoginProfile = operation(
  UpdateLoginProfile$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, Password: password, PasswordResetRequired: resetRequired } = input;
    const { tx, accountId } = call;
    const user = await requireUser(call, userName);
    await requireLoginProfile(call, user);
    await setPassword(tx, user.id, {
      ...(password ? { password_hash: await hashOfPassword(call, password) } : {}),
      ...(typeof resetRequired === 'boolean' ? { reset_required: resetRequired } : {}),
    });
    if (password) {
      await endSessionsOf(tx, user.id);
      await succeeded(tx, userSubject(accountId, user.name));
    }
    return {};
  },
  aboutUser(),
);
