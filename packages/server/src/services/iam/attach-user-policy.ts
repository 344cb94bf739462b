import { AttachUserPolicy$, type AttachUserPolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asUser, attach } from './policies.ts';
import { aboutUser, policyCondition, requireUser } from './principals.ts';

type Input = Checked<AttachUserPolicyRequest>;
export const attachUserPolicy = operation(
  AttachUserPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, PolicyArn: policyArn } = input;
    await attach(call, asUser(await requireUser(call, userName)), policyArn);
    return {};
  },
  aboutUser<Input>(policyCondition),
);
