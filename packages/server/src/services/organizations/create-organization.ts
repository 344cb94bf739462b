/**
 * Makes the calling account the management account of a new organization with one root.
 * Source: organizations spec 2.4, 3 (default policies), 7 (service-linked role).
 */
import {
  AlreadyInOrganizationException$,
  CreateOrganization$,
  type CreateOrganizationRequest,
  type CreateOrganizationResponse,
} from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { AwsError, type Checked } from '@holdfast/wire';
import { findAccount } from '../../store/account.ts';
import { insertOrganization, lockAccount, membershipOf, type Organization } from '../../store/organizations.ts';
import { insertPolicyType } from '../../store/organizations-policies.ts';
import { insertMember } from '../../store/organizations-tree.ts';
import { type Call, operation } from '../operation.ts';
import { attachDefaultPolicyEverywhere } from './default-policies.ts';
import { newOrganizationId, newRootId } from './ids.ts';
import { needServiceLinkedRole } from './service-linked-role.ts';
import { organizationShape } from './shapes.ts';

type Input = Checked<CreateOrganizationRequest>;
export const createOrganization = operation(
  CreateOrganization$,
  async (input: Input, call: Call): Promise<CreateOrganizationResponse> => {
    const { FeatureSet: featureSet = 'ALL' } = input;
    const { tx, accountId, now } = call;
    const { random } = call.installation;
    await lockAccount(tx, accountId);
    if (await membershipOf(tx, accountId)) {
      throw new AwsError(AlreadyInOrganizationException$, 'The account is already a member of an organization.');
    }
    await needServiceLinkedRole(call);
    const organization: Organization = {
      id: newOrganizationId(random),
      rootId: newRootId(random),
      managementAccountId: accountId,
      featureSet: featureSet ?? 'ALL',
    };
    await insertOrganization(tx, organization, now);
    const root = { id: organization.rootId, path: `${organization.id}/${organization.rootId}/` };
    // AWS's join event calls the management account invited (organizations spec 1).
    await insertMember(tx, { accountId, organizationId: organization.id, parent: root, joinedMethod: 'INVITED' }, now);
    if (organization.featureSet === 'ALL') {
      await insertPolicyType(tx, organization.id, 'SERVICE_CONTROL_POLICY', now);
      await attachDefaultPolicyEverywhere(tx, organization.id, 'SERVICE_CONTROL_POLICY');
    }
    const account = present(await findAccount(tx, accountId), 'the calling account');
    return { Organization: organizationShape(organization, account.email) };
  },
);
