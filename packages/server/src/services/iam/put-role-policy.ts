import { PutRolePolicy$, type PutRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asRole, embed } from './policies.ts';
import { aboutRole, requireOwnRole } from './principals.ts';

type Input = Checked<PutRolePolicyRequest>;
export const putRolePolicy = operation(
  PutRolePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: roleName, PolicyName: name, PolicyDocument: document } = input;
    await embed(call, asRole(await requireOwnRole(call, roleName)), name, document);
    return {};
  },
  aboutRole(),
);
