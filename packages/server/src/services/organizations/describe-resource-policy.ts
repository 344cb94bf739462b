/** The organization's delegation policy. Source: organizations spec 8.2; recorded rules B.10.12. */
import { DescribeResourcePolicy$, type DescribeResourcePolicyResponse } from '@aws-sdk/client-organizations';
import { resourcePolicyOf } from '../../store/organizations-resource-policy.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutResourcePolicy } from './authorization.ts';
import { asReader } from './caller.ts';
import { resourcePolicyNotFound } from './errors.ts';
import { resourcePolicyShape } from './shapes.ts';

export const describeResourcePolicy = readingOperation(
  DescribeResourcePolicy$,
  async (_input: object, call: ReadCall): Promise<DescribeResourcePolicyResponse> => {
    const organization = await asReader(call);
    const policy = await resourcePolicyOf(call.db, organization.id);
    if (!policy) throw resourcePolicyNotFound();
    return { ResourcePolicy: resourcePolicyShape(organization, policy) };
  },
  aboutResourcePolicy<object>(),
);
