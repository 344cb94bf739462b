import {
  CreateLoginProfile$,
  type CreateLoginProfileRequest,
  type CreateLoginProfileResponse,
  EntityAlreadyExistsException$,
} from '@aws-sdk/client-iam';
import { AwsError, type Checked } from '@holdfast/wire';
import { findLoginProfile, insertLoginProfile } from '../../store/login-profiles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { invalid } from './errors.ts';
import { holder, locked } from './holders.ts';
import { hashOfPassword } from './login-profiles.ts';
import { requireUser } from './principals.ts';

type Input = Checked<CreateLoginProfileRequest>;
export const createLoginProfile = operation(
  CreateLoginProfile$,
  async (input: Input, call: Call): Promise<CreateLoginProfileResponse> => {
    const { UserName: userName, Password: password, PasswordResetRequired: resetRequired } = input;
    const { tx, accountId, now } = call;
    // AWS takes a request without one from AssumeRoot sessions only, which there are none of here.
    if (!password) throw invalid('Password must be given.');
    const user = await locked(call, holder('user', await requireUser(call, userName)));
    if (await findLoginProfile(tx, user.id)) {
      throw new AwsError(EntityAlreadyExistsException$, `Login Profile for user ${user.name} already exists.`);
    }
    await insertLoginProfile(tx, {
      principal_id: user.id,
      account_id: accountId,
      user_id: user.id,
      password_hash: await hashOfPassword(call, password),
      reset_required: resetRequired === true,
      created_at: now,
    });
    return {
      LoginProfile: {
        UserName: user.name,
        CreateDate: new Date(now),
        PasswordResetRequired: resetRequired === true,
      },
    };
  },
  aboutUser(),
);
