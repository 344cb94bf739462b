import { PutUserPolicy$, type PutUserPolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asUser, embed } from './policies.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<PutUserPolicyRequest>;
export const putUserPolicy = operation(
  PutUserPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, PolicyName: name, PolicyDocument: document } = input;
    await embed(call, asUser(await requireUser(call, userName)), name, document);
    return {};
  },
  aboutUser(),
);
