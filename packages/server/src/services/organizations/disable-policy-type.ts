/**
 * Detaches every policy of a type and deletes none; its effective policies cannot be read from now on.
 * Source: organizations spec 3, 6.2.
 */
import {
  DisablePolicyType$,
  type DisablePolicyTypeRequest,
  type DisablePolicyTypeResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { enabledPolicyTypes, removePolicyType } from '../../store/organizations-policies.ts';
import { type Call, operation } from '../operation.ts';
import { targetArn } from './arns.ts';
import { about } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { policiesChanged } from './effective-changes.ts';
import { policyTypeNotEnabled } from './errors.ts';
import { needRoot } from './nodes.ts';
import { rootShape } from './shapes.ts';

type Input = Checked<DisablePolicyTypeRequest, 'RootId' | 'PolicyType'>;
export const disablePolicyType = operation(
  DisablePolicyType$,
  async (input: Input, call: Call): Promise<DisablePolicyTypeResponse> => {
    const { RootId: rootId, PolicyType: type } = input;
    const { tx } = call;
    const organization = await asDelegate(call);
    await lockOrganization(tx, organization.id);
    const root = await needRoot(tx, organization, rootId);
    if (!(await enabledPolicyTypes(tx, organization.id)).includes(type)) throw policyTypeNotEnabled();
    await removePolicyType(tx, organization.id, type);
    await policiesChanged(call, organization.id, type, [root.path]);
    return { Root: rootShape(organization, root, await enabledPolicyTypes(tx, organization.id)) };
  },
  about<Input>(({ input, organization }) => ({
    arns: [targetArn(organization, input.RootId)],
    policyType: input.PolicyType,
    ids: [input.RootId],
  })),
);
