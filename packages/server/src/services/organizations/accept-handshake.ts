/**
 * The recipient agrees: an invited account joins, a member approves all features, the organization gets them.
 * Source: organizations spec 9; recorded rules B.11.
 */
import {
  AcceptHandshake$,
  type AcceptHandshakeRequest,
  type AcceptHandshakeResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { endHandshake, type Handshake } from '../../store/handshakes.ts';
import { lockAccount, organizationById, updateFeatureSet } from '../../store/organizations.ts';
import { putTags } from '../../store/organizations-tags.ts';
import { countMembers, insertMember } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { settleAllFeatures } from './all-features.ts';
import { aboutHandshake } from './authorization.ts';
import { attachDefaultPolicies } from './default-policies.ts';
import { placeChanged } from './effective-changes.ts';
import { callingParty, handshakeToChange } from './handshake-parties.ts';
import { alreadyInAnOrganization, tooManyAccounts } from './invite-account-to-organization.ts';
import { quotasOf } from './quotas.ts';
import { needServiceLinkedRole } from './service-linked-role.ts';
import { handshakeShape } from './shapes.ts';

type Input = Checked<AcceptHandshakeRequest, 'HandshakeId'>;
export const acceptHandshake = operation(
  AcceptHandshake$,
  async (input: Input, call: Call): Promise<AcceptHandshakeResponse> => {
    const { HandshakeId: id } = input;
    const { tx, now, accountId } = call;
    await lockAccount(tx, accountId);
    const party = await callingParty(call);
    const handshake = await handshakeToChange(call, party, id, 'ACCEPTED');
    const accepted: Handshake = {
      ...handshake,
      state: 'ACCEPTED',
      accountId: handshake.action === 'ENABLE_ALL_FEATURES' ? undefined : accountId,
    };
    await endHandshake(tx, id, 'ACCEPTED', { now, ...(accepted.accountId === undefined ? {} : { accountId }) });
    switch (handshake.action) {
      case 'INVITE':
        // AWS takes the acceptance down all the same (recorded rules B.11.4).
        if (party.membership) call.refuseAfterCommit(alreadyInAnOrganization());
        else await join(call, handshake);
        break;
      case 'APPROVE_ALL_FEATURES':
      case 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE':
        await needServiceLinkedRole(call);
        await settleAllFeatures(tx, await organizationById(tx, handshake.organizationId), now);
        break;
      case 'ENABLE_ALL_FEATURES':
        // Policy types stay disabled until EnablePolicyType.
        await updateFeatureSet(tx, handshake.organizationId, 'ALL');
        break;
    }
    return { Handshake: handshakeShape(accepted) };
  },
  aboutHandshake<Input>(),
);

/** The calling account becomes a member under the root. */
async function join(call: Call, { organizationId, tags }: Handshake): Promise<void> {
  const { tx, now, accountId, installation } = call;
  const { accountsPerOrganization } = quotasOf(installation.settings, organizationId);
  const { rootId } = await organizationById(tx, organizationId);
  if ((await countMembers(tx, organizationId)) >= accountsPerOrganization) {
    throw tooManyAccounts(accountsPerOrganization);
  }
  await needServiceLinkedRole(call);
  const parent = { id: rootId, path: `${organizationId}/${rootId}/` };
  const path = await insertMember(tx, { accountId, organizationId, parent, joinedMethod: 'INVITED' }, now);
  await attachDefaultPolicies(tx, organizationId, accountId);
  await putTags(tx, organizationId, accountId, tags);
  await placeChanged(call, organizationId, path);
}
