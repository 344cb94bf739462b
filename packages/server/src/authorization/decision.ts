/**
 * What an answer says of a decision: the end of IAM's sentence, with the kind of policy that decided.
 * Source: IAM's "troubleshoot access denied error messages".
 */
import type { Decision } from './authorizer.ts';
import type { Layer, Outcome } from './evaluate.ts';

const POLICY_OF: Readonly<Record<Layer, { allows: string; denies: string }>> = {
  'resource-control': { allows: 'resource control policy', denies: 'a resource control policy' },
  'service-control': { allows: 'service control policy', denies: 'a service control policy' },
  trust: { allows: 'role trust policy', denies: 'the role trust policy' },
  resource: { allows: 'resource-based policy', denies: 'a resource-based policy' },
  identity: { allows: 'identity-based policy', denies: 'an identity-based policy' },
  boundary: { allows: 'permissions boundary', denies: 'a permissions boundary' },
  session: { allows: 'session policy', denies: 'a session policy' },
};

export const GONE: Decision = { allowed: false, because: 'because the user or role does not exist any more' };

/** @param arn of the policy that denied, where it may be told */
export function decisionOf(outcome: Outcome, action: string, arn?: string): Decision {
  switch (outcome.kind) {
    case 'allowed':
      return { allowed: true };
    case 'explicitly-denied':
      return {
        allowed: false,
        because: `with an explicit deny in ${POLICY_OF[outcome.layer].denies}${arn === undefined ? '' : `: ${arn}`}`,
      };
    case 'not-allowed':
      return { allowed: false, because: `because no ${POLICY_OF[outcome.layer].allows} allows the ${action} action` };
  }
}
