/**
 * Whether a service may take a role and do with it what it has to: the trust policy lets it in, the role's own policies
 * and what binds its account allow the rest.
 *
 * Service control policies bind roles that an account gave to a service; service-linked roles they do not bind.
 * Source: backup spec 14.3; organizations spec 7, 11.
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable } from '../store/database.ts';
import type { RoleRow } from '../store/identity-roles.ts';
import { type Standing, standingOfPrincipal } from '../store/identity-standing.ts';
import type { Question, RoleProblem } from './authorizer.ts';
import { type Caller, principalOf } from './caller.ts';
import type { Compile } from './compiler.ts';
import { contextOfCaller, contextOfIdentityTags, contextOfOwner, contextOfService, lookupIn } from './context.ts';
import { decisionOf } from './decision.ts';
import { evaluate, trusts } from './evaluate.ts';
import { policiesOfCaller, resourceControlOf } from './policies-in-force.ts';

export interface ServiceRole {
  readonly role: RoleRow;
  readonly arn: string;
  readonly servicePrincipal: string;
}

export async function problemOfRole(
  db: Queryable,
  { role, arn, servicePrincipal }: ServiceRole,
  questions: readonly Question[],
  now: Instant,
  compile: Compile,
): Promise<RoleProblem | undefined> {
  const standing = await standingOfPrincipal(db, role.id);
  if (!standing) return { kind: 'missing' };
  if (!mayTake({ role, arn, servicePrincipal }, standing, now, compile)) return { kind: 'not-assumable' };
  const caller = sessionOfService({ role, arn, servicePrincipal }, now);
  const isLinked = role.linked_service !== null;
  const policies = policiesOfCaller(caller, standing, compile);
  for (const question of questions) {
    const outcome = evaluate(
      {
        ...policies,
        serviceControl: isLinked ? undefined : policies.serviceControl,
        resource: undefined,
        resourceControl: isLinked ? undefined : resourceControlOf(question, standing, compile),
      },
      {
        principal: principalOf(caller),
        action: question.action,
        resource: question.resource,
        lookup: lookupIn(
          contextOfCaller(caller, standing, now),
          question.context,
          contextOfOwner(role.account_id, standing),
        ),
      },
    );
    const decision = decisionOf(outcome, question.action);
    if (!decision.allowed) return { kind: 'denied', action: question.action, because: decision.because };
  }
  return undefined;
}

function mayTake(
  { role, arn, servicePrincipal }: ServiceRole,
  standing: Standing,
  now: Instant,
  compile: Compile,
): boolean {
  const action = 'sts:AssumeRole';
  const isLinked = role.linked_service !== null;
  const controls = isLinked ? undefined : resourceControlOf({ action, resource: arn }, standing, compile);
  return trusts(compile(role.trust_policy, 'trust'), controls, {
    principal: { kind: 'service', name: servicePrincipal },
    action,
    resource: arn,
    lookup: lookupIn(
      contextOfService(servicePrincipal, role.account_id, standing, now),
      contextOfOwner(role.account_id, standing),
      contextOfIdentityTags(role.tags),
    ),
  });
}

function sessionOfService({ role, arn, servicePrincipal }: ServiceRole, now: Instant): Caller {
  const sessionName = servicePrincipal.split('.', 1)[0] ?? servicePrincipal;
  return {
    kind: 'session',
    accountId: role.account_id,
    arn: `arn:aws:sts::${role.account_id}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    accessKeyId: '',
    roleArn: arn,
    sessionName,
    sessionPolicies: [],
    sessionPolicyArns: [],
    sessionTags: {},
    issuedAt: now,
    expiresAt: now,
  };
}
