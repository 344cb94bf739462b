/** IAM: the users, roles, policies and access keys that backups and their administrators need. */
import * as sdk from '@aws-sdk/client-iam';
import { constraintTables, defineService, validationError } from '@holdfast/wire';
import { attachRolePolicy } from './attach-role-policy.ts';
import { attachUserPolicy } from './attach-user-policy.ts';
import { createAccessKey } from './create-access-key.ts';
import { createPolicy } from './create-policy.ts';
import { createRole } from './create-role.ts';
import { createServiceLinkedRole } from './create-service-linked-role.ts';
import { createUser } from './create-user.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { deletePolicy } from './delete-policy.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { deleteUser } from './delete-user.ts';
import { deleteUserPolicy } from './delete-user-policy.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { detachUserPolicy } from './detach-user-policy.ts';
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts';
import { getPolicy } from './get-policy.ts';
import { getPolicyVersion } from './get-policy-version.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { getUser } from './get-user.ts';
import { getUserPolicy } from './get-user-policy.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { listAttachedRolePolicies } from './list-attached-role-policies.ts';
import { listAttachedUserPolicies } from './list-attached-user-policies.ts';
import { listPolicies } from './list-policies.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoleTags } from './list-role-tags.ts';
import { listRoles } from './list-roles.ts';
import { listUserPolicies } from './list-user-policies.ts';
import { listUsers } from './list-users.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { putUserPolicy } from './put-user-policy.ts';
import { tagRole } from './tag-role.ts';
import { untagRole } from './untag-role.ts';
import { updateAccessKey } from './update-access-key.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateRole } from './update-role.ts';

export const iamService = defineService({
  name: 'iam',
  title: 'AWS Identity and Access Management',
  protocol: { kind: 'awsQuery', version: '2010-05-08', xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  sdk,
  constraints: constraintTables.iam,
  violation: validationError,
  handlers: {
    attachRolePolicy,
    attachUserPolicy,
    createAccessKey,
    createPolicy,
    createRole,
    createServiceLinkedRole,
    createUser,
    deleteAccessKey,
    deletePolicy,
    deleteRole,
    deleteRolePolicy,
    deleteUser,
    deleteUserPolicy,
    detachRolePolicy,
    detachUserPolicy,
    getAccessKeyLastUsed,
    getPolicy,
    getPolicyVersion,
    getRole,
    getRolePolicy,
    getUser,
    getUserPolicy,
    listAccessKeys,
    listAttachedRolePolicies,
    listAttachedUserPolicies,
    listPolicies,
    listRolePolicies,
    listRoleTags,
    listRoles,
    listUserPolicies,
    listUsers,
    putRolePolicy,
    putUserPolicy,
    tagRole,
    untagRole,
    updateAccessKey,
    updateAssumeRolePolicy,
    updateRole,
  },
  notImplemented: [
    'AcceptDelegationRequest',
    'AcquireRole',
    'AddClientIDToOpenIDConnectProvider',
    'AddRoleToInstanceProfile',
    'AddUserToGroup',
    'AssociateDelegationRequest',
    'AttachGroupPolicy',
    'ChangePassword',
    'CreateAccountAlias',
    'CreateDelegationRequest',
    'CreateGroup',
    'CreateInstanceProfile',
    'CreateLoginProfile',
    'CreateOpenIDConnectProvider',
    'CreatePolicyVersion',
    'CreateSAMLProvider',
    'CreateServiceSpecificCredential',
    'CreateVirtualMFADevice',
    'DeactivateMFADevice',
    'DeleteAccountAlias',
    'DeleteAccountPasswordPolicy',
    'DeleteGroup',
    'DeleteGroupPolicy',
    'DeleteInstanceProfile',
    'DeleteLoginProfile',
    'DeleteOpenIDConnectProvider',
    'DeletePolicyVersion',
    'DeleteRolePermissionsBoundary',
    'DeleteSAMLProvider',
    'DeleteSSHPublicKey',
    'DeleteServerCertificate',
    'DeleteServiceLinkedRole',
    'DeleteServiceSpecificCredential',
    'DeleteSigningCertificate',
    'DeleteUserPermissionsBoundary',
    'DeleteVirtualMFADevice',
    'DetachGroupPolicy',
    'DisableOrganizationsRootCredentialsManagement',
    'DisableOrganizationsRootSessions',
    'DisableOutboundWebIdentityFederation',
    'EnableMFADevice',
    'EnableOrganizationsRootCredentialsManagement',
    'EnableOrganizationsRootSessions',
    'EnableOutboundWebIdentityFederation',
    'GenerateCredentialReport',
    'GenerateOrganizationsAccessReport',
    'GenerateServiceLastAccessedDetails',
    'GetAccountAuthorizationDetails',
    'GetAccountPasswordPolicy',
    'GetAccountProperties',
    'GetAccountSummary',
    'GetContextKeysForCustomPolicy',
    'GetContextKeysForPrincipalPolicy',
    'GetCredentialReport',
    'GetDelegationRequest',
    'GetGroup',
    'GetGroupPolicy',
    'GetHumanReadableSummary',
    'GetInstanceProfile',
    'GetLoginProfile',
    'GetMFADevice',
    'GetOpenIDConnectProvider',
    'GetOrganizationsAccessReport',
    'GetOutboundWebIdentityFederationInfo',
    'GetRoleTemplateVersion',
    'GetSAMLProvider',
    'GetSSHPublicKey',
    'GetServerCertificate',
    'GetServiceLastAccessedDetails',
    'GetServiceLastAccessedDetailsWithEntities',
    'GetServiceLinkedRoleDeletionStatus',
    'ListAccountAliases',
    'ListAttachedGroupPolicies',
    'ListDelegationRequests',
    'ListEntitiesForPolicy',
    'ListGroupPolicies',
    'ListGroups',
    'ListGroupsForUser',
    'ListInstanceProfileTags',
    'ListInstanceProfiles',
    'ListInstanceProfilesForRole',
    'ListMFADeviceTags',
    'ListMFADevices',
    'ListOpenIDConnectProviderTags',
    'ListOpenIDConnectProviders',
    'ListOrganizationsFeatures',
    'ListPoliciesGrantingServiceAccess',
    'ListPolicyTags',
    'ListPolicyVersions',
    'ListSAMLProviderTags',
    'ListSAMLProviders',
    'ListSSHPublicKeys',
    'ListServerCertificateTags',
    'ListServerCertificates',
    'ListServiceSpecificCredentials',
    'ListSigningCertificates',
    'ListUserTags',
    'ListVirtualMFADevices',
    'PutAccountProperties',
    'PutGroupPolicy',
    'PutRolePermissionsBoundary',
    'PutUserPermissionsBoundary',
    'RejectDelegationRequest',
    'RemoveClientIDFromOpenIDConnectProvider',
    'RemoveRoleFromInstanceProfile',
    'RemoveUserFromGroup',
    'ResetServiceSpecificCredential',
    'ResyncMFADevice',
    'SendDelegationToken',
    'SetDefaultPolicyVersion',
    'SetSecurityTokenServicePreferences',
    'SimulateCustomPolicy',
    'SimulatePrincipalPolicy',
    'TagInstanceProfile',
    'TagMFADevice',
    'TagOpenIDConnectProvider',
    'TagPolicy',
    'TagSAMLProvider',
    'TagServerCertificate',
    'TagUser',
    'UntagInstanceProfile',
    'UntagMFADevice',
    'UntagOpenIDConnectProvider',
    'UntagPolicy',
    'UntagSAMLProvider',
    'UntagServerCertificate',
    'UntagUser',
    'UpdateAccountPasswordPolicy',
    'UpdateDelegationRequest',
    'UpdateGroup',
    'UpdateLoginProfile',
    'UpdateOpenIDConnectProviderThumbprint',
    'UpdateRoleDescription',
    'UpdateSAMLProvider',
    'UpdateSSHPublicKey',
    'UpdateServerCertificate',
    'UpdateServiceSpecificCredential',
    'UpdateSigningCertificate',
    'UpdateUser',
    'UploadSSHPublicKey',
    'UploadServerCertificate',
    'UploadSigningCertificate',
  ],
});
