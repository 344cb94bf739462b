import { DetachRolePolicy$, type DetachRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asRole, detach } from './policies.ts';
import { aboutRole, policyCondition, requireOwnRole } from './principals.ts';

type Input = Checked<DetachRolePolicyRequest>;
export const detachRolePolicy = operation(
  DetachRolePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: roleName, PolicyArn: policyArn } = input;
    await detach(call, asRole(await requireOwnRole(call, roleName)), policyArn);
    return {};
  },
  aboutRole<Input>(policyCondition),
);
