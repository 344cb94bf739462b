/** What is attached to a target itself, in order of attachment. Source: organizations spec 2.4, 4.2. */
import {
  ListPoliciesForTarget$,
  type ListPoliciesForTargetRequest,
  type ListPoliciesForTargetResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type AttachedPolicy, listPoliciesOfTarget } from '../../store/organizations-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targetArn } from './arns.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { needTarget } from './nodes.ts';
import { policySummary } from './shapes.ts';

type Input = Checked<ListPoliciesForTargetRequest, 'TargetId' | 'Filter'>;
export const listPoliciesForTarget = readingOperation(
  ListPoliciesForTarget$,
  async (input: Input, call: ReadCall): Promise<ListPoliciesForTargetResponse> => {
    const { TargetId: targetId, Filter: type } = input;
    const organization = await asReader(call);
    await needTarget(call.db, organization, targetId);
    const policies = await listPage<AttachedPolicy, number>(call, ListPoliciesForTarget$, input, {
      read: (keyset) => listPoliciesOfTarget(call.db, targetId, type, keyset),
      cursorOf: (policy) => policy.position,
    });
    return { Policies: policies.items.map((policy) => policySummary(organization, policy)), ...nextToken(policies) };
  },
  about<Input>(({ input, organization }) => ({
    arns: [targetArn(organization, input.TargetId)],
    policyType: input.Filter,
    ids: [input.TargetId],
  })),
);
