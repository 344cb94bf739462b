/**
 * Which operations a delegation policy may name.
 * Source: organizations spec 8.2; recorded rules B.10.11.
 */
import * as sdk from '@aws-sdk/client-organizations';
import { compileTemplate } from '../../authorization/template.ts';

const DELEGABLE: ReadonlySet<string> = new Set([
  'AttachPolicy',
  'CreatePolicy',
  'DeletePolicy',
  'DescribeAccount',
  'DescribeCreateAccountStatus',
  'DescribeEffectivePolicy',
  'DescribeHandshake',
  'DescribeOrganization',
  'DescribeOrganizationalUnit',
  'DescribePolicy',
  'DescribeResourcePolicy',
  'DescribeResponsibilityTransfer',
  'DetachPolicy',
  'DisablePolicyType',
  'EnablePolicyType',
  'ListAWSServiceAccessForOrganization',
  'ListAccounts',
  'ListAccountsForParent',
  'ListAccountsWithInvalidEffectivePolicy',
  'ListChildren',
  'ListCreateAccountStatus',
  'ListDelegatedAdministrators',
  'ListDelegatedServicesForAccount',
  'ListEffectivePolicyValidationErrors',
  'ListHandshakesForAccount',
  'ListHandshakesForOrganization',
  'ListInboundResponsibilityTransfers',
  'ListOrganizationalUnitsForParent',
  'ListOutboundResponsibilityTransfers',
  'ListParents',
  'ListPolicies',
  'ListPoliciesForTarget',
  'ListRoots',
  'ListTagsForResource',
  'ListTargetsForPolicy',
  'TagResource',
  'UntagResource',
  'UpdatePolicy',
]);

/** Derived from the SDK's commands, so that an operation that AWS adds is not delegable until this list says so. */
const OPERATIONS: readonly string[] = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);

const ACTION = /^organizations:([a-z*?]+)$/i;

/**
 * `organizations:Describe*` as well: it reaches something, and all that it reaches can be delegated. A pattern that
 * reaches more would promise what nobody gets.
 */
export function isDelegable(action: string): boolean {
  const name = ACTION.exec(action)?.[1];
  if (name === undefined) return false;
  const matches = compileTemplate(name.toLowerCase(), { variables: false, wildcards: true });
  const reached = OPERATIONS.filter((operation) => matches(operation.toLowerCase(), () => undefined));
  return reached.length > 0 && reached.every((operation) => DELEGABLE.has(operation));
}
