/** A policy with its content as it was sent. Source: organizations spec 2.4. */
import {
  DescribePolicy$,
  type DescribePolicyRequest,
  type DescribePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { policyAndTargets } from './authorization.ts';
import { asReader } from './caller.ts';
import { needPolicy } from './nodes.ts';
import { policyShape } from './shapes.ts';

type Input = Checked<DescribePolicyRequest, 'PolicyId'>;
export const describePolicy = readingOperation(
  DescribePolicy$,
  async (input: Input, call: ReadCall): Promise<DescribePolicyResponse> => {
    const organization = await asReader(call);
    return { Policy: policyShape(organization, await needPolicy(call.db, organization, input.PolicyId)) };
  },
  policyAndTargets<Input>((input) => ({ policyId: input.PolicyId })),
);
