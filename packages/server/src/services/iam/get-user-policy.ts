import { GetUserPolicy$, type GetUserPolicyRequest, type GetUserPolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { asUser, embedded } from './policies.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<GetUserPolicyRequest>;
export const getUserPolicy = readingOperation(
  GetUserPolicy$,
  async (input: Input, call: ReadCall): Promise<GetUserPolicyResponse> => {
    const { UserName: userName, PolicyName: name } = input;
    const user = await requireUser(call, userName);
    return { UserName: user.name, PolicyName: name, PolicyDocument: await embedded(call, asUser(user), name) };
  },
  aboutUser(),
);
