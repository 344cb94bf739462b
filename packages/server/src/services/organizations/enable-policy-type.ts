/**
 * Makes a type of policy count in the organization. Attachments of an earlier time do not come back.
 * Source: organizations spec 3.
 */
import {
  EnablePolicyType$,
  type EnablePolicyTypeRequest,
  type EnablePolicyTypeResponse,
  PolicyTypeAlreadyEnabledException$,
} from '@aws-sdk/client-organizations';
import { AwsError, type Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import { enabledPolicyTypes, insertPolicyType } from '../../store/organizations-policies.ts';
import { type Call, operation } from '../operation.ts';
import { targetArn } from './arns.ts';
import { about } from './authorization.ts';
import { asDelegate } from './caller.ts';
import { attachDefaultPolicyEverywhere } from './default-policies.ts';
import { policiesChanged } from './effective-changes.ts';
import { needRoot } from './nodes.ts';
import { needPolicyTypes } from './policy-rules.ts';
import { rootShape } from './shapes.ts';

type Input = Checked<EnablePolicyTypeRequest, 'RootId' | 'PolicyType'>;
export const enablePolicyType = operation(
  EnablePolicyType$,
  async (input: Input, call: Call): Promise<EnablePolicyTypeResponse> => {
    const { RootId: rootId, PolicyType: type } = input;
    const { tx, now } = call;
    const organization = await asDelegate(call);
    await lockOrganization(tx, organization.id);
    const root = await needRoot(tx, organization, rootId);
    needPolicyTypes(organization);
    if ((await enabledPolicyTypes(tx, organization.id)).includes(type)) {
      throw new AwsError(PolicyTypeAlreadyEnabledException$, 'The policy type is already enabled on the root.');
    }
    await insertPolicyType(tx, organization.id, type, now);
    await attachDefaultPolicyEverywhere(tx, organization.id, type);
    await policiesChanged(call, organization.id, type, [root.path]);
    return { Root: rootShape(organization, root, await enabledPolicyTypes(tx, organization.id)) };
  },
  about<Input>(({ input, organization }) => ({
    arns: [targetArn(organization, input.RootId)],
    policyType: input.PolicyType,
    ids: [input.RootId],
  })),
);
