/** AWS Organizations: the operations there are, and those that are not there yet. */
import * as sdk from '@aws-sdk/client-organizations';
import { constraintTables, defineService, organizationsViolation } from '@holdfast/wire';
import { acceptHandshake } from './accept-handshake.ts';
import { attachPolicy } from './attach-policy.ts';
import { cancelHandshake } from './cancel-handshake.ts';
import { closeAccount } from './close-account.ts';
import { createAccount } from './create-account.ts';
import { createGovCloudAccount } from './create-govcloud-account.ts';
import { createOrganization } from './create-organization.ts';
import { createOrganizationalUnit } from './create-organizational-unit.ts';
import { createPolicy } from './create-policy.ts';
import { declineHandshake } from './decline-handshake.ts';
import { deleteOrganization } from './delete-organization.ts';
import { deleteOrganizationalUnit } from './delete-organizational-unit.ts';
import { deletePolicy } from './delete-policy.ts';
import { deleteResourcePolicy } from './delete-resource-policy.ts';
import { deregisterDelegatedAdministrator } from './deregister-delegated-administrator.ts';
import { describeAccount } from './describe-account.ts';
import { describeCreateAccountStatus } from './describe-create-account-status.ts';
import { describeEffectivePolicy } from './describe-effective-policy.ts';
import { describeHandshake } from './describe-handshake.ts';
import { describeOrganization } from './describe-organization.ts';
import { describeOrganizationalUnit } from './describe-organizational-unit.ts';
import { describePolicy } from './describe-policy.ts';
import { describeResourcePolicy } from './describe-resource-policy.ts';
import { detachPolicy } from './detach-policy.ts';
import { disableAWSServiceAccess } from './disable-aws-service-access.ts';
import { disablePolicyType } from './disable-policy-type.ts';
import { enableAllFeatures } from './enable-all-features.ts';
import { enableAWSServiceAccess } from './enable-aws-service-access.ts';
import { enablePolicyType } from './enable-policy-type.ts';
import { inviteAccountToOrganization } from './invite-account-to-organization.ts';
import { leaveOrganization } from './leave-organization.ts';
import { listAccounts } from './list-accounts.ts';
import { listAccountsForParent } from './list-accounts-for-parent.ts';
import { listAccountsWithInvalidEffectivePolicy } from './list-accounts-with-invalid-effective-policy.ts';
import { listAWSServiceAccessForOrganization } from './list-aws-service-access-for-organization.ts';
import { listChildren } from './list-children.ts';
import { listCreateAccountStatus } from './list-create-account-status.ts';
import { listDelegatedAdministrators } from './list-delegated-administrators.ts';
import { listDelegatedServicesForAccount } from './list-delegated-services-for-account.ts';
import { listEffectivePolicyValidationErrors } from './list-effective-policy-validation-errors.ts';
import { listHandshakesForAccount } from './list-handshakes-for-account.ts';
import { listHandshakesForOrganization } from './list-handshakes-for-organization.ts';
import { listOrganizationalUnitsForParent } from './list-organizational-units-for-parent.ts';
import { listParents } from './list-parents.ts';
import { listPolicies } from './list-policies.ts';
import { listPoliciesForTarget } from './list-policies-for-target.ts';
import { listRoots } from './list-roots.ts';
import { listTagsForResource } from './list-tags-for-resource.ts';
import { listTargetsForPolicy } from './list-targets-for-policy.ts';
import { moveAccount } from './move-account.ts';
import { putResourcePolicy } from './put-resource-policy.ts';
import { registerDelegatedAdministrator } from './register-delegated-administrator.ts';
import { removeAccountFromOrganization } from './remove-account-from-organization.ts';
import {
  describeResponsibilityTransfer,
  inviteOrganizationToTransferResponsibility,
  listInboundResponsibilityTransfers,
  listOutboundResponsibilityTransfers,
  terminateResponsibilityTransfer,
  updateResponsibilityTransfer,
} from './responsibility-transfers.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateOrganizationalUnit } from './update-organizational-unit.ts';
import { updatePolicy } from './update-policy.ts';

export const organizationsService = defineService({
  sdk,
  name: 'organizations',
  title: 'AWS Organizations',
  protocol: { kind: 'awsJson', version: '1.1', target: 'AWSOrganizationsV20161128' },
  constraints: constraintTables.organizations,
  violation: organizationsViolation,
  handlers: {
    acceptHandshake,
    attachPolicy,
    cancelHandshake,
    closeAccount,
    createAccount,
    createGovCloudAccount,
    createOrganization,
    createOrganizationalUnit,
    createPolicy,
    declineHandshake,
    deleteOrganization,
    deleteOrganizationalUnit,
    deletePolicy,
    deleteResourcePolicy,
    deregisterDelegatedAdministrator,
    describeAccount,
    describeCreateAccountStatus,
    describeEffectivePolicy,
    describeHandshake,
    describeOrganization,
    describeOrganizationalUnit,
    describePolicy,
    describeResourcePolicy,
    describeResponsibilityTransfer,
    detachPolicy,
    disableAWSServiceAccess,
    disablePolicyType,
    enableAllFeatures,
    enableAWSServiceAccess,
    enablePolicyType,
    inviteAccountToOrganization,
    inviteOrganizationToTransferResponsibility,
    leaveOrganization,
    listAccounts,
    listAccountsForParent,
    listAccountsWithInvalidEffectivePolicy,
    listAWSServiceAccessForOrganization,
    listChildren,
    listCreateAccountStatus,
    listDelegatedAdministrators,
    listDelegatedServicesForAccount,
    listEffectivePolicyValidationErrors,
    listHandshakesForAccount,
    listHandshakesForOrganization,
    listInboundResponsibilityTransfers,
    listOrganizationalUnitsForParent,
    listOutboundResponsibilityTransfers,
    listParents,
    listPolicies,
    listPoliciesForTarget,
    listRoots,
    listTagsForResource,
    listTargetsForPolicy,
    moveAccount,
    putResourcePolicy,
    registerDelegatedAdministrator,
    removeAccountFromOrganization,
    tagResource,
    terminateResponsibilityTransfer,
    untagResource,
    updateOrganizationalUnit,
    updatePolicy,
    updateResponsibilityTransfer,
  },
  notImplemented: [],
});
