/**
 * What a selection's role must be able to do, and AWS's words when it cannot. Source: backup spec 2.Q.
 *
 * Not here: how a role is judged (authorization/); what a job's role must be able to do (jobs/).
 */
import { unreachable } from '@holdfast/kernel';

/** Asked of a selection that looks at tags. */
export const tagReading = { action: 'tag:GetResources', resource: '*' } as const;

export type SelectionRoleProblem =
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-assumable' }
  | { readonly kind: 'denied'; readonly action: string };

export function roleMessage(problem: SelectionRoleProblem, roleArn: string): string {
  switch (problem.kind) {
    case 'missing':
    case 'not-assumable':
      return `IAM Role ${roleArn} cannot be assumed by AWS Backup`;
    case 'denied':
      return `IAM Role ${roleArn} is not authorized to call ${problem.action}`;
    default:
      return unreachable(problem);
  }
}
