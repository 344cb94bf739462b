/**
 * GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy: what a simulation of the policies needs to be told.
 * Keys stand in conditions, and as variables in any text.
 */
import {
  GetContextKeysForCustomPolicy$,
  type GetContextKeysForCustomPolicyRequest,
  type GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicy$,
  type GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { givenPolicies, type Simulated, sourceOf } from './simulated-policies.ts';

type CustomInput = Checked<GetContextKeysForCustomPolicyRequest>;
export const getContextKeysForCustomPolicy = readingOperation(
  GetContextKeysForCustomPolicy$,
  async ({ PolicyInputList: given }: CustomInput): Promise<GetContextKeysForPolicyResponse> => ({
    ContextKeyNames: keysOf(givenPolicies('PolicyInputList', given)),
  }),
);

type PrincipalInput = Checked<GetContextKeysForPrincipalPolicyRequest>;
export const getContextKeysForPrincipalPolicy = readingOperation(
  GetContextKeysForPrincipalPolicy$,
  async (input: PrincipalInput, call: ReadCall): Promise<GetContextKeysForPolicyResponse> => {
    const { identity } = await sourceOf(call, input.PolicySourceArn);
    return { ContextKeyNames: keysOf([...identity, ...givenPolicies('PolicyInputList', input.PolicyInputList)]) };
  },
  ({ PolicySourceArn: arn }: PrincipalInput) => ({ resources: [arn] }),
);

/** `${aws:username}`, also with a default: `${aws:username, 'nobody'}`. */
const VARIABLE = /\$\{\s*([\w-]+:[^},\s]+)/g;

function keysOf(policies: readonly Simulated[]): string[] {
  const keys = policies.flatMap(({ document, text }) => [
    ...document.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)),
    ...[...text.matchAll(VARIABLE)].map(([, key = '']) => key),
  ]);
  return [...new Set(keys)].toSorted();
}
