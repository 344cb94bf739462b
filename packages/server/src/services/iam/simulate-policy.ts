/** SimulateCustomPolicy, SimulatePrincipalPolicy. */
import {
  SimulateCustomPolicy$,
  type SimulateCustomPolicyRequest,
  SimulatePrincipalPolicy$,
  type SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { withoutExcluded } from './simulated-exclusions.ts';
import { NO_SOURCE, sourceOf } from './simulated-policies.ts';
import { simulate } from './simulation.ts';

type CustomInput = Checked<SimulateCustomPolicyRequest>;
export const simulateCustomPolicy = readingOperation(SimulateCustomPolicy$, (input: CustomInput, call: ReadCall) =>
  simulate(call, SimulateCustomPolicy$, input, NO_SOURCE),
);

type PrincipalInput = Checked<SimulatePrincipalPolicyRequest>;
export const simulatePrincipalPolicy = readingOperation(
  SimulatePrincipalPolicy$,
  async (input: PrincipalInput, call: ReadCall) => {
    const { PolicySourceArn: arn, PolicyExclusionList: excluded } = input;
    const source = withoutExcluded(await sourceOf(call, arn), excluded);
    return simulate(call, SimulatePrincipalPolicy$, input, source);
  },
  ({ PolicySourceArn: arn }: PrincipalInput) => ({ resources: [arn] }),
);
