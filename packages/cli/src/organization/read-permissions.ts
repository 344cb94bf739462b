/**
 * What reading an organization calls, and the IAM policy that allows exactly that.
 *
 * A test reads an organization with this policy alone, and another compares the list with the calls that were made.
 */

/** Operations of AWS Organizations; none of them changes anything. */
export const READ_OPERATIONS = [
  'DescribeOrganization',
  'DescribePolicy',
  'ListAccountsForParent',
  'ListOrganizationalUnitsForParent',
  'ListPolicies',
  'ListPoliciesForTarget',
  'ListRoots',
  'ListTagsForResource',
  'ListTargetsForPolicy',
] as const;

/** For a user or role of the management account or of a delegated administrator. */
export function readPolicy(): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadTheOrganization',
        Effect: 'Allow',
        Action: READ_OPERATIONS.map((operation) => `organizations:${operation}`),
        Resource: '*',
      },
    ],
  };
}
