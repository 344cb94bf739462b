import { DetachUserPolicy$, type DetachUserPolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asUser, detach } from './policies.ts';
import { aboutUser, policyCondition, requireUser } from './principals.ts';

type Input = Checked<DetachUserPolicyRequest>;
export const detachUserPolicy = operation(
  DetachUserPolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: userName, PolicyArn: policyArn } = input;
    await detach(call, asUser(await requireUser(call, userName)), policyArn);
    return {};
  },
  aboutUser<Input>(policyCondition),
);
