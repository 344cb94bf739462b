/**
 * The condition keys that a policy may name. A key that nothing here supplies would silently never match, so it is
 * refused when the policy is stored.
 *
 * Keys of services that Holdfast does not have are no danger: AWS too leaves them out of requests to other services.
 * Source: IAM's "global condition context keys"; the service authorization references of IAM, STS, Organizations and
 * Backup.
 */

/** Supplied by the authorizer and dispatch, whatever the operation: where a request can have them at all. */
const SUPPLIED = [
  'aws:currenttime',
  'aws:epochtime',
  'aws:federatedprovider',
  'aws:multifactorauthage',
  'aws:multifactorauthpresent',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltype',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:securetransport',
  'aws:sourceidentity',
  'aws:sourceip',
  'aws:tagkeys',
  'aws:tokenissuetime',
  'aws:useragent',
  'aws:userid',
  'aws:username',
  'aws:viaawsservice',
];

/** When a service takes a role that it was given. */
const OF_SERVICES = [
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
];

/** Keys that end in a tag's key. */
const SUPPLIED_BY_TAG = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 'iam:resourcetag/'];

/**
 * Never in a request here, exactly as on AWS for requests that are signed with access keys and sent without a VPC, an
 * instance, a chat or another service in between.
 */
const ABSENT = [
  'aws:assumedroot',
  'aws:calledvia',
  'aws:calledviaawsmcp',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:chatbotsourcearn',
  'aws:ec2instancesourceprivateipv4',
  'aws:ec2instancesourcevpc',
  'aws:ismcpserviceaction',
  'aws:referer',
  'aws:signinsessionarn',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:viaawsmcpservice',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:vpcsourceip',
];

const ATTACHING = ['Group', 'Role', 'User'].flatMap((kind) => [`iam:Attach${kind}Policy`, `iam:Detach${kind}Policy`]);
const BOUNDED = ['Role', 'User'].flatMap((kind) => [
  ...['Attach', 'Detach', 'Put', 'Delete'].map((verb) => `iam:${verb}${kind}Policy`),
  `iam:Create${kind}`,
  `iam:Put${kind}PermissionsBoundary`,
  `iam:Delete${kind}PermissionsBoundary`,
]);

/** Keys of single operations, with the actions that they come with. Tests prove each where the operation is there. */
export const KEYS_OF_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'backup:changeablefordays': ['backup:PutBackupVaultLockConfiguration'],
  'backup:copytargetorgpaths': ['backup:CopyFromBackupVault'],
  'backup:copytargets': ['backup:CopyFromBackupVault'],
  'backup:frameworkarns': ['backup:CreateReportPlan', 'backup:UpdateReportPlan'],
  'backup:index': ['backup:UpdateRecoveryPointIndexSettings'],
  'backup:maxretentiondays': ['backup:CreateLogicallyAirGappedBackupVault', 'backup:PutBackupVaultLockConfiguration'],
  'backup:minretentiondays': ['backup:CreateLogicallyAirGappedBackupVault', 'backup:PutBackupVaultLockConfiguration'],
  'backup:mpaapprovalteamarn': ['backup:AssociateBackupVaultMpaApprovalTeam'],
  'iam:awsservicename': ['iam:CreateServiceLinkedRole'],
  'iam:passedtoservice': ['iam:PassRole'],
  'iam:permissionsboundary': BOUNDED,
  'iam:policyarn': ATTACHING,
  'organizations:policytype': [
    'organizations:AttachPolicy',
    'organizations:CreatePolicy',
    'organizations:DeletePolicy',
    'organizations:DescribeEffectivePolicy',
    'organizations:DescribePolicy',
    'organizations:DetachPolicy',
    'organizations:DisablePolicyType',
    'organizations:EnablePolicyType',
    'organizations:ListAccountsWithInvalidEffectivePolicy',
    'organizations:ListEffectivePolicyValidationErrors',
    'organizations:ListPolicies',
    'organizations:ListPoliciesForTarget',
    'organizations:ListTargetsForPolicy',
    'organizations:UpdatePolicy',
  ],
  'organizations:serviceprincipal': [
    'organizations:DeregisterDelegatedAdministrator',
    'organizations:DisableAWSServiceAccess',
    'organizations:EnableAWSServiceAccess',
    'organizations:ListDelegatedAdministrators',
    'organizations:RegisterDelegatedAdministrator',
  ],
  'sts:durationseconds': ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
  'sts:externalid': ['sts:AssumeRole'],
  'sts:rolesessionname': ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
  'sts:sourceidentity': ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
  'sts:transitivetagkeys': ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity'],
};

const KNOWN: ReadonlySet<string> = new Set([
  ...SUPPLIED,
  ...ABSENT,
  ...OF_SERVICES,
  ...Object.keys(KEYS_OF_OPERATIONS),
]);
const OWN_PREFIXES: ReadonlySet<string> = new Set([
  'aws',
  'backup',
  'cloudformation',
  'holdfast',
  'iam',
  'organizations',
  'sts',
]);
const KEY = /^([a-z0-9-]+):[^\s:]+(?::[^\s]*)?$/;

/**
 * A claim of a token, `token.actions.example.com:sub`: the provider's address without its scheme, and the claim's name.
 * Whether the operator knows the provider is not asked: the policy may be there first.
 */
const CLAIM = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+|localhost)(?::\d{1,5})?(?:\/[^\s:]*)?:[^\s:]+$/;

/** `key` in lower case. */
export function isKnownConditionKey(key: string): boolean {
  if (CLAIM.test(key)) return true;
  const prefix = KEY.exec(key)?.[1];
  if (prefix === undefined) return false;
  return !OWN_PREFIXES.has(prefix) || KNOWN.has(key) || SUPPLIED_BY_TAG.some((start) => hasTag(key, start));
}

function hasTag(key: string, start: string): boolean {
  return key.startsWith(start) && key.length > start.length;
}
