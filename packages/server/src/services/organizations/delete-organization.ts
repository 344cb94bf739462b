/**
 * Ends an organization that has no member left but its management account: its units, policies, tags and trust go with
 * it. Source: organizations spec 2.4.
 */
import { DeleteOrganization$, OrganizationNotEmptyException$ } from '@aws-sdk/client-organizations';
import { AwsError } from '@holdfast/wire';
import { cancelPending } from '../../store/handshakes.ts';
import { lockOrganization } from '../../store/organizations.ts';
import { countCreationsInProgress } from '../../store/organizations-accounts.ts';
import { removeOrganization } from '../../store/organizations-departures.ts';
import { countMembers } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { organizationArn } from './arns.ts';
import { about } from './authorization.ts';
import { asManagement } from './caller.ts';

export const deleteOrganization = operation(
  DeleteOrganization$,
  async (_input: object, call: Call): Promise<object> => {
    const { tx, now } = call;
    const organization = await asManagement(call);
    await lockOrganization(tx, organization.id);
    // Accounts that were promised are as good as members.
    const others =
      (await countMembers(tx, organization.id)) - 1 + (await countCreationsInProgress(tx, organization.id));
    if (others > 0) {
      throw new AwsError(OrganizationNotEmptyException$, 'Remove all member accounts from the organization first.');
    }
    await cancelPending(tx, { organizationId: organization.id }, now);
    await removeOrganization(tx, organization, now);
    call.wakeAfterCommit('reconciler');
    return {};
  },
  about(({ organization }) => ({ arns: [organizationArn(organization)] })),
);
