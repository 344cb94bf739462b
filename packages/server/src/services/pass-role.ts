/**
 * Whoever hands a role to a service must be allowed to: `iam:PassRole` on the role, for that service.
 * Source: backup spec 14.3 (PassRole).
 */

import { refusal } from './access-denied.ts';
import type { Call, EffectfulCall } from './operation.ts';

/** @throws AccessDeniedException */
export async function requirePassRole(
  call: Call | EffectfulCall,
  roleArn: string,
  servicePrincipal: string,
): Promise<void> {
  const question = {
    action: 'iam:PassRole',
    resource: roleArn,
    context: { ...call.requestContext, 'iam:passedtoservice': [servicePrincipal] },
  };
  const db = 'tx' in call ? call.tx : call.db;
  const decision = await call.installation.authorizer.decide(db, call.caller, question);
  if (!decision.allowed) throw refusal('iam', call.caller, question, decision.because);
}
