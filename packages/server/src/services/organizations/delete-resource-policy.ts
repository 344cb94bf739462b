/** Takes the delegation policy away, with its tags; the next one has another id. Source: organizations spec 8.2. */
import { DeleteResourcePolicy$ } from '@aws-sdk/client-organizations';
import { lockOrganization } from '../../store/organizations.ts';
import { deleteResourcePolicyRow, resourcePolicyOf } from '../../store/organizations-resource-policy.ts';
import { removeAllTags } from '../../store/organizations-tags.ts';
import { type Call, operation } from '../operation.ts';
import { aboutResourcePolicy } from './authorization.ts';
import { asManagement } from './caller.ts';
import { resourcePolicyNotFound } from './errors.ts';

export const deleteResourcePolicy = operation(
  DeleteResourcePolicy$,
  async (_input: object, call: Call): Promise<object> => {
    const organization = await asManagement(call);
    await lockOrganization(call.tx, organization.id);
    const policy = await resourcePolicyOf(call.tx, organization.id);
    if (!policy) throw resourcePolicyNotFound();
    await removeAllTags(call.tx, policy.id);
    await deleteResourcePolicyRow(call.tx, organization.id);
    return {};
  },
  aboutResourcePolicy<object>(),
);
