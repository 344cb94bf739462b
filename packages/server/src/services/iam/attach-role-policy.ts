import { AttachRolePolicy$, type AttachRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asRole, attach } from './policies.ts';
import { aboutRole, policyCondition, requireOwnRole } from './principals.ts';

type Input = Checked<AttachRolePolicyRequest>;
export const attachRolePolicy = operation(
  AttachRolePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: roleName, PolicyArn: policyArn } = input;
    await attach(call, asRole(await requireOwnRole(call, roleName)), policyArn);
    return {};
  },
  aboutRole<Input>(policyCondition),
);
