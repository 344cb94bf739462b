/**
 * The condition keys that a policy may name. A key that nothing here supplies would silently never match, so it is
 * refused when the policy is stored.
 *
 * Keys of services that Holdfast does not have are no danger: AWS too leaves them out of requests to other services.
 * Source: IAM's "global condition context keys"; the service authorization references of IAM, STS, Organizations and
 * Backup.
 */

/** Supplied with every request, by the authorizer, dispatch or the operation. */
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

/** Keys that end in a tag's key. */
const SUPPLIED_BY_TAG = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 'iam:resourcetag/'];

/**
 * Never in a request here, exactly as on AWS for requests signed with access keys and sent without a VPC or another
 * service.
 */
const ABSENT = [
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:referer',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:vpcsourceip',
];

/** When a service assumes a role for a job. */
const OF_SERVICES = ['aws:sourceaccount', 'aws:sourcearn'];

const OF_OPERATIONS = [
  'iam:awsservicename',
  'iam:passedtoservice',
  'iam:permissionsboundary',
  'iam:policyarn',
  'organizations:policytype',
  'organizations:serviceprincipal',
  'backup:copytargets',
  'backup:minretentiondays',
  'backup:maxretentiondays',
  'backup:changeablefordays',
  'backup:index',
  'sts:durationseconds',
  'sts:externalid',
  'sts:rolesessionname',
  'sts:sourceidentity',
  'sts:transitivetagkeys',
];

const KNOWN: ReadonlySet<string> = new Set([...SUPPLIED, ...ABSENT, ...OF_SERVICES, ...OF_OPERATIONS]);
const OWN_PREFIXES: ReadonlySet<string> = new Set(['aws', 'backup', 'cloudformation', 'iam', 'organizations', 'sts']);
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
