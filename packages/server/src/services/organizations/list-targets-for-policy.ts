/** What a policy hangs on. Source: organizations spec 2.4. */
import {
  ListTargetsForPolicy$,
  type ListTargetsForPolicyRequest,
  type ListTargetsForPolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listTargetsOfPolicy } from '../../store/organizations-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { needPolicy } from './nodes.ts';
import { targetSummary } from './shapes.ts';

type Input = Checked<ListTargetsForPolicyRequest, 'PolicyId'>;
export const listTargetsForPolicy = readingOperation(
  ListTargetsForPolicy$,
  async (input: Input, call: ReadCall): Promise<ListTargetsForPolicyResponse> => {
    const organization = await asReader(call);
    const policy = await needPolicy(call.db, organization, input.PolicyId);
    const targets = await listPage(call, ListTargetsForPolicy$, input, {
      read: (keyset) => listTargetsOfPolicy(call.db, organization.id, policy.id, keyset),
      cursorOf: (target) => target.id,
    });
    return { Targets: targets.items.map((target) => targetSummary(organization, target)), ...nextToken(targets) };
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId })),
);
