import {
  ListAttachedUserPolicies$,
  type ListAttachedUserPoliciesRequest,
  type ListAttachedUserPoliciesResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPageOf, truncation } from './listing.ts';
import { asUser, attachedPolicies } from './policies.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<ListAttachedUserPoliciesRequest>;
export const listAttachedUserPolicies = readingOperation(
  ListAttachedUserPolicies$,
  async (input: Input, call: ReadCall): Promise<ListAttachedUserPoliciesResponse> => {
    const { UserName: userName, PathPrefix: pathPrefix } = input;
    const attached = await attachedPolicies(call, asUser(await requireUser(call, userName)), pathPrefix ?? '/');
    const parameters = { userName, pathPrefix };
    const policies = await listPageOf(
      call,
      ListAttachedUserPolicies$,
      input,
      parameters,
      attached,
      (policy) => policy.PolicyArn,
    );
    return { AttachedPolicies: [...policies.items], ...truncation(policies) };
  },
  aboutUser(),
);
