import { GetAccountSummary$, type GetAccountSummaryResponse } from '@aws-sdk/client-iam';
import { countIdentities } from '../../store/identity-summary.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import * as quotas from './quotas.ts';

/** Quotas of what Holdfast has none of are left out: nobody can come up against them. */
export const getAccountSummary = readingOperation(
  GetAccountSummary$,
  async (_input: object, call: ReadCall): Promise<GetAccountSummaryResponse> => {
    const counts = await countIdentities(call.db, call.accountId);
    return {
      SummaryMap: {
        Users: counts.users,
        UsersQuota: quotas.USERS_PER_ACCOUNT,
        Groups: counts.groups,
        GroupsQuota: quotas.GROUPS_PER_ACCOUNT,
        Roles: counts.roles,
        RolesQuota: quotas.ROLES_PER_ACCOUNT,
        Policies: counts.policies,
        PoliciesQuota: quotas.POLICIES_PER_ACCOUNT,
        PolicyVersionsInUse: counts.policyVersions,
        PolicyVersionsInUseQuota: quotas.POLICIES_PER_ACCOUNT * quotas.VERSIONS_PER_POLICY,
        VersionsPerPolicyQuota: quotas.VERSIONS_PER_POLICY,
        GroupsPerUserQuota: quotas.GROUPS_PER_USER,
        AccessKeysPerUserQuota: quotas.ACCESS_KEYS_PER_USER,
        AttachedPoliciesPerUserQuota: quotas.POLICIES_PER_HOLDER,
        AttachedPoliciesPerGroupQuota: quotas.POLICIES_PER_HOLDER,
        AttachedPoliciesPerRoleQuota: quotas.POLICIES_PER_HOLDER,
        UserPolicySizeQuota: quotas.INLINE_POLICY_CHARS.user,
        GroupPolicySizeQuota: quotas.INLINE_POLICY_CHARS.group,
        RolePolicySizeQuota: quotas.INLINE_POLICY_CHARS.role,
        PolicySizeQuota: quotas.MANAGED_POLICY_CHARS,
        AssumeRolePolicySizeQuota: quotas.TRUST_POLICY_CHARS,
        AccountAccessKeysPresent: counts.rootKeys > 0 ? 1 : 0,
        AccountPasswordPresent: counts.rootPasswords > 0 ? 1 : 0,
        AccountMFAEnabled: counts.rootMfaDevices > 0 ? 1 : 0,
        MFADevices: counts.mfaDevices,
        MFADevicesInUse: counts.mfaDevicesInUse,
        AccountSigningCertificatesPresent: 0,
        InstanceProfiles: 0,
        ServerCertificates: 0,
      },
    };
  },
);
