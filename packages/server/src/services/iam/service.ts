/** IAM: the users, roles, policies and access keys that backups and their administrators need. */
import * as sdk from '@aws-sdk/client-iam';
import { constraintTables, defineService, validationError } from '@holdfast/wire';
import { addUserToGroup } from './add-user-to-group.ts';
import { attachGroupPolicy, attachRolePolicy, attachUserPolicy } from './attach-policy.ts';
import { changePassword } from './change-password.ts';
import { createAccessKey } from './create-access-key.ts';
import { createAccountAlias } from './create-account-alias.ts';
import { createGroup } from './create-group.ts';
import { createLoginProfile } from './create-login-profile.ts';
import { createPolicy } from './create-policy.ts';
import { createPolicyVersion } from './create-policy-version.ts';
import { createRole } from './create-role.ts';
import { createServiceLinkedRole } from './create-service-linked-role.ts';
import { createUser } from './create-user.ts';
import { createVirtualMFADevice } from './create-virtual-mfa-device.ts';
import { deactivateMFADevice } from './deactivate-mfa-device.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { deleteAccountAlias } from './delete-account-alias.ts';
import { deleteGroup } from './delete-group.ts';
import { deleteGroupPolicy, deleteRolePolicy, deleteUserPolicy } from './delete-inline-policy.ts';
import { deleteLoginProfile } from './delete-login-profile.ts';
import { deleteRolePermissionsBoundary, deleteUserPermissionsBoundary } from './delete-permissions-boundary.ts';
import { deletePolicy } from './delete-policy.ts';
import { deletePolicyVersion } from './delete-policy-version.ts';
import { deleteRole } from './delete-role.ts';
import { deleteServiceLinkedRole } from './delete-service-linked-role.ts';
import { deleteUser } from './delete-user.ts';
import { deleteVirtualMFADevice } from './delete-virtual-mfa-device.ts';
import { detachGroupPolicy, detachRolePolicy, detachUserPolicy } from './detach-policy.ts';
import { enableMFADevice } from './enable-mfa-device.ts';
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts';
import { getAccountAuthorizationDetails } from './get-account-authorization-details.ts';
import { getAccountPasswordPolicy } from './get-account-password-policy.ts';
import { getAccountSummary } from './get-account-summary.ts';
import { getContextKeysForCustomPolicy, getContextKeysForPrincipalPolicy } from './get-context-keys.ts';
import { getGroup } from './get-group.ts';
import { getGroupPolicy, getRolePolicy, getUserPolicy } from './get-inline-policy.ts';
import { getLoginProfile } from './get-login-profile.ts';
import { getMFADevice } from './get-mfa-device.ts';
import { getOpenIDConnectProvider } from './get-open-id-connect-provider.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { getRole } from './get-role.ts';
import { getServiceLinkedRoleDeletionStatus } from './get-service-linked-role-deletion-status.ts';
import { getUser } from './get-user.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { listAccountAliases } from './list-account-aliases.ts';
import {
  listAttachedGroupPolicies,
  listAttachedRolePolicies,
  listAttachedUserPolicies,
} from './list-attached-policies.ts';
import { listEntitiesForPolicy } from './list-entities-for-policy.ts';
import { listGroups } from './list-groups.ts';
import { listGroupsForUser } from './list-groups-for-user.ts';
import { listGroupPolicies, listRolePolicies, listUserPolicies } from './list-inline-policies.ts';
import { listMFADevices } from './list-mfa-devices.ts';
import { listOpenIDConnectProviders } from './list-open-id-connect-providers.ts';
import { listPolicies } from './list-policies.ts';
import { listPolicyVersions } from './list-policy-versions.ts';
import { listRoles } from './list-roles.ts';
import { listMFADeviceTags, listPolicyTags, listRoleTags, listUserTags } from './list-tags.ts';
import { listUsers } from './list-users.ts';
import { listVirtualMFADevices } from './list-virtual-mfa-devices.ts';
import {
  getInstanceProfile,
  getServerCertificate,
  listInstanceProfiles,
  listInstanceProfilesForRole,
  listSAMLProviders,
  listServerCertificates,
  listServiceSpecificCredentials,
  listSigningCertificates,
  listSSHPublicKeys,
} from './none-of-these.ts';
import { putGroupPolicy, putRolePolicy, putUserPolicy } from './put-inline-policy.ts';
import { putRolePermissionsBoundary, putUserPermissionsBoundary } from './put-permissions-boundary.ts';
import { removeUserFromGroup } from './remove-user-from-group.ts';
import { resyncMFADevice } from './resync-mfa-device.ts';
import { setDefaultPolicyVersion } from './set-default-policy-version.ts';
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate-policy.ts';
import { tagMFADevice, tagPolicy, tagRole, tagUser } from './tag.ts';
import { untagMFADevice, untagPolicy, untagRole, untagUser } from './untag.ts';
import { updateAccessKey } from './update-access-key.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateGroup } from './update-group.ts';
import { updateLoginProfile } from './update-login-profile.ts';
import { updateRole } from './update-role.ts';
import { updateRoleDescription } from './update-role-description.ts';
import { updateUser } from './update-user.ts';

export const iamService = defineService({
  name: 'iam',
  title: 'AWS Identity and Access Management',
  protocol: { kind: 'awsQuery', version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sdk,
  constraints: constraintTables.iam,
  violation: validationError,
  handlers: {
    addUserToGroup,
    attachGroupPolicy,
    attachRolePolicy,
    attachUserPolicy,
    changePassword,
    createAccessKey,
    createAccountAlias,
    createGroup,
    createLoginProfile,
    createPolicy,
    createPolicyVersion,
    createRole,
    createServiceLinkedRole,
    createUser,
    createVirtualMFADevice,
    deactivateMFADevice,
    deleteAccessKey,
    deleteAccountAlias,
    deleteGroup,
    deleteGroupPolicy,
    deleteLoginProfile,
    deletePolicy,
    deletePolicyVersion,
    deleteRole,
    deleteRolePermissionsBoundary,
    deleteRolePolicy,
    deleteServiceLinkedRole,
    deleteUser,
    deleteUserPermissionsBoundary,
    deleteUserPolicy,
    deleteVirtualMFADevice,
    detachGroupPolicy,
    detachRolePolicy,
    detachUserPolicy,
    enableMFADevice,
    getAccessKeyLastUsed,
    getAccountAuthorizationDetails,
    getAccountPasswordPolicy,
    getAccountSummary,
    getContextKeysForCustomPolicy,
    getContextKeysForPrincipalPolicy,
    getGroup,
    getGroupPolicy,
    getInstanceProfile,
    getLoginProfile,
    getMFADevice,
    getOpenIDConnectProvider,
    getPolicy,
    getPolicyVersion,
    getRole,
    getRolePolicy,
    getServerCertificate,
    getServiceLinkedRoleDeletionStatus,
    getUser,
    getUserPolicy,
    listAccessKeys,
    listAccountAliases,
    listAttachedGroupPolicies,
    listAttachedRolePolicies,
    listAttachedUserPolicies,
    listEntitiesForPolicy,
    listGroupPolicies,
    listGroups,
    listGroupsForUser,
    listInstanceProfiles,
    listInstanceProfilesForRole,
    listMFADeviceTags,
    listMFADevices,
    listOpenIDConnectProviders,
    listPolicies,
    listPolicyTags,
    listPolicyVersions,
    listRolePolicies,
    listRoleTags,
    listRoles,
    listSAMLProviders,
    listSSHPublicKeys,
    listServerCertificates,
    listServiceSpecificCredentials,
    listSigningCertificates,
    listUserPolicies,
    listUserTags,
    listUsers,
    listVirtualMFADevices,
    putGroupPolicy,
    putRolePermissionsBoundary,
    putRolePolicy,
    putUserPermissionsBoundary,
    putUserPolicy,
    removeUserFromGroup,
    resyncMFADevice,
    setDefaultPolicyVersion,
    simulateCustomPolicy,
    simulatePrincipalPolicy,
    tagMFADevice,
    tagPolicy,
    tagRole,
    tagUser,
    untagMFADevice,
    untagPolicy,
    untagRole,
    untagUser,
    updateAccessKey,
    updateAssumeRolePolicy,
    updateGroup,
    updateLoginProfile,
    updateRole,
    updateRoleDescription,
    updateUser,
  },
  notImplemented: [
    'AcceptDelegationRequest',
    'AcquireRole',
    'AddClientIDToOpenIDConnectProvider',
    'AddRoleToInstanceProfile',
    'AssociateDelegationRequest',
    'CreateDelegationRequest',
    'CreateInstanceProfile',
    'CreateOpenIDConnectProvider',
    'CreateSAMLProvider',
    'CreateServiceSpecificCredential',
    'DeleteAccountPasswordPolicy',
    'DeleteInstanceProfile',
    'DeleteOpenIDConnectProvider',
    'DeleteSAMLProvider',
    'DeleteSSHPublicKey',
    'DeleteServerCertificate',
    'DeleteServiceSpecificCredential',
    'DeleteSigningCertificate',
    'DisableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootSessions',
    'DisableOutboundWebIdentityFederation',
    'EnableOrganizationsRootCredentialsManagement',
    'EnableOrganizationsRootSessions',
    'EnableOutboundWebIdentityFederation',
    'GenerateCredentialReport',
    'GenerateOrganizationsAccessReport',
    'GenerateServiceLastAccessedDetails',
    'GetAccountProperties',
    'GetCredentialReport',
    'GetDelegationRequest',
    'GetHumanReadableSummary',
    'GetOrganizationsAccessReport',
    'GetOutboundWebIdentityFederationInfo',
    'GetRoleTemplateVersion',
    'GetSAMLProvider',
    'GetSSHPublicKey',
    'GetServiceLastAccessedDetails',
    'GetServiceLastAccessedDetailsWithEntities',
    'ListDelegationRequests',
    'ListInstanceProfileTags',
    'ListOpenIDConnectProviderTags',
    'ListOrganizationsFeatures',
    'ListPoliciesGrantingServiceAccess',
    'ListSAMLProviderTags',
    'ListServerCertificateTags',
    'PutAccountProperties',
    'RejectDelegationRequest',
    'RemoveClientIDFromOpenIDConnectProvider',
    'RemoveRoleFromInstanceProfile',
    'ResetServiceSpecificCredential',
    'SendDelegationToken',
    'SetSecurityTokenServicePreferences',
    'TagInstanceProfile',
    'TagOpenIDConnectProvider',
    'TagSAMLProvider',
    'TagServerCertificate',
    'UntagInstanceProfile',
    'UntagOpenIDConnectProvider',
    'UntagSAMLProvider',
    'UntagServerCertificate',
    'UpdateAccountPasswordPolicy',
    'UpdateDelegationRequest',
    'UpdateOpenIDConnectProviderThumbprint',
    'UpdateSAMLProvider',
    'UpdateSSHPublicKey',
    'UpdateServerCertificate',
    'UpdateServiceSpecificCredential',
    'UpdateSigningCertificate',
    'UploadSSHPublicKey',
    'UploadServerCertificate',
    'UploadSigningCertificate',
  ],
});
