/**
 * Makes the organization's delegation policy or replaces it; a replaced one keeps its id and its tags.
 * Source: organizations spec 8.2; recorded rules B.10.12.
 */
import {
  PutResourcePolicy$,
  type PutResourcePolicyRequest,
  type PutResourcePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { lockOrganization } from '../../store/organizations.ts';
import {
  insertResourcePolicy,
  replaceResourcePolicy,
  resourcePolicyOf,
} from '../../store/organizations-resource-policy.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { resourcePolicyArn } from './arns.ts';
import { aboutResourcePolicy } from './authorization.ts';
import { asManagement, needAllFeatures } from './caller.ts';
import { constraintViolation } from './errors.ts';
import { newResourcePolicyId } from './ids.ts';
import { quotasOf } from './quotas.ts';
import { admitResourcePolicy } from './resource-policy-content.ts';
import { resourcePolicyShape } from './shapes.ts';
import { needTagPermission, needTagRoom, tagsOfRequest } from './tags.ts';

type Input = Checked<PutResourcePolicyRequest, 'Content'>;
export const putResourcePolicy = operation(
  PutResourcePolicy$,
  async (input: Input, call: Call): Promise<PutResourcePolicyResponse> => {
    const { Content: sent, Tags: sentTags } = input;
    const { tx, now, installation } = call;
    const organization = await asManagement(call);
    needAllFeatures(organization);
    await lockOrganization(tx, organization.id);
    const content = await admitResourcePolicy(tx, organization, sent);
    const tags = tagsOfRequest(sentTags);
    const existing = await resourcePolicyOf(tx, organization.id);
    if (existing) {
      if (tags.length > 0) throw tagsOfExisting();
      await replaceResourcePolicy(tx, organization.id, content);
      return { ResourcePolicy: resourcePolicyShape(organization, { id: existing.id, content }) };
    }
    needTagRoom(tags.length, quotasOf(installation.settings, organization.id));
    const id = newResourcePolicyId(installation.random);
    await needTagPermission(call, organization, resourcePolicyArn(organization, id), tags);
    await insertResourcePolicy(tx, organization.id, { id, content }, now);
    await putTags(tx, organization.id, id, tags);
    return { ResourcePolicy: resourcePolicyShape(organization, { id, content }) };
  },
  aboutResourcePolicy<Input>(),
);

function tagsOfExisting(): Error {
  return constraintViolation(
    'UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED',
    'The resource policy exists already: change its tags with TagResource and UntagResource.',
  );
}
