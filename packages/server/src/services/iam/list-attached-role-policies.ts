import {
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesRequest,
  type ListAttachedRolePoliciesResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPageOf, truncation } from './listing.ts';
import { asRole, attachedPolicies } from './policies.ts';
import { aboutRole, requireRole } from './principals.ts';

type Input = Checked<ListAttachedRolePoliciesRequest>;
export const listAttachedRolePolicies = readingOperation(
  ListAttachedRolePolicies$,
  async (input: Input, call: ReadCall): Promise<ListAttachedRolePoliciesResponse> => {
    const { RoleName: roleName, PathPrefix: pathPrefix } = input;
    const attached = await attachedPolicies(call, asRole(await requireRole(call, roleName)), pathPrefix ?? '/');
    const parameters = { roleName, pathPrefix };
    const policies = await listPageOf(
      call,
      ListAttachedRolePolicies$,
      input,
      parameters,
      attached,
      (policy) => policy.PolicyArn,
    );
    return { AttachedPolicies: [...policies.items], ...truncation(policies) };
  },
  aboutRole(),
);
