import { DeleteUserPolicy$, type DeleteUserPolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asUser, removeEmbedded } from './policies.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<DeleteUserPolicyRequest>;
export const deleteUserPolicy = operation(
  DeleteUserPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, PolicyName: name } = input;
    await removeEmbedded(call, asUser(await requireUser(call, userName)), name);
    return {};
  },
  aboutUser(),
);
