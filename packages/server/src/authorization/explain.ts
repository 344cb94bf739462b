/**
 * May this user, role, session or root do that, and why: the authorizer's answer for somebody else, with the statements
 * behind it. Reads more than a decision needs, and nothing where nobody asks.
 *
 * A role is asked about as a session of it; a session that lives is, with what narrows it.
 * Not here: who may ask (services/holdfast). Source: IAM's "policy evaluation logic".
 */
import { type Instant, parseArn } from '@holdfast/kernel';
import { type ControlLevel, type Place, placeOfAccount } from '../store/account-place.ts';
import type { Queryable } from '../store/database.ts';
import { roleArn, rootArn, sessionArn, userArn } from '../store/identity-ids.ts';
import { findRole, findRoleByArn, type RoleRow } from '../store/identity-roles.ts';
import type { SessionRow } from '../store/identity-sessions.ts';
import type { Standing } from '../store/identity-standing.ts';
import { findUser } from '../store/identity-users.ts';
import {
  controlPoliciesOn,
  livingSession,
  type NamedPolicy,
  type PoliciesOfPrincipal,
  policiesOfPrincipal,
} from '../store/policy-origins.ts';
import type { AccessExplanation, ConditionContext, Question } from './authorizer.ts';
import { type Caller, principalOf } from './caller.ts';
import { type Compile, compileControl } from './compiler.ts';
import { contextOfCaller, contextOfOwner, lookupIn } from './context.ts';
import { decisionOf } from './decision.ts';
import { arnOfDenying } from './denying-policy.ts';
import { layerOf } from './evaluate.ts';
import { compileOne, isOpenTo, ownerOf, resourcePolicyOf, standingOf } from './policies-in-force.ts';
import { isResourceControlled } from './resource-control.ts';
import { type Hung, type HungLevel, type HungPolicies, type Origin, trace } from './trace.ts';

/** Who is asked about, and what hangs on it. */
export interface Subject {
  readonly caller: Caller;
  readonly standing: Standing;
  readonly policies: PoliciesOfPrincipal;
  /** Undefined: nothing narrows it. */
  readonly session: readonly NamedPolicy[] | undefined;
  /** Control policies do not bind roles that belong to a service. */
  readonly isServiceLinked: boolean;
}

/** Undefined: there is no such user, role or account. */
export async function findSubject(db: Queryable, arn: string, now: Instant): Promise<Subject | undefined> {
  const { service, accountId = '', resource = '' } = parseArn(arn) ?? {};
  const [, kind, name = ''] = /^(root|user|role|assumed-role)(?:\/(.+))?$/.exec(resource) ?? [];
  switch (`${service}:${kind}`) {
    case 'iam:root':
      return rootSubject(db, accountId);
    case 'iam:user':
      return userSubject(db, arn, accountId, name.slice(name.lastIndexOf('/') + 1));
    case 'iam:role':
      return roleSubject(db, await findRoleByArn(db, arn), undefined, now);
    case 'sts:assumed-role': {
      const [roleName = '', sessionName] = name.split('/');
      return roleSubject(db, await findRole(db, accountId, roleName), sessionName, now);
    }
    default:
      return undefined;
  }
}

async function rootSubject(db: Queryable, accountId: string): Promise<Subject | undefined> {
  const caller = { kind: 'root', accountId, arn: rootArn(accountId), userId: accountId, accessKeyId: '' } as const;
  const standing = await standingOf(db, caller);
  const policies = { identity: [], boundary: undefined };
  return standing && { caller, standing, policies, session: undefined, isServiceLinked: false };
}

async function userSubject(db: Queryable, arn: string, accountId: string, name: string): Promise<Subject | undefined> {
  const user = await findUser(db, accountId, name);
  if (!user || userArn(user) !== arn) return undefined;
  const caller = { kind: 'user', accountId, arn, userId: user.id, accessKeyId: '', userName: user.name } as const;
  const standing = await standingOf(db, caller);
  const policies = await policiesOfPrincipal(db, user.id);
  return standing && { caller, standing, policies, session: undefined, isServiceLinked: false };
}

/** As sessions are called that nobody named. */
const ANY_SESSION = 'session';

async function roleSubject(
  db: Queryable,
  role: RoleRow | undefined,
  givenName: string | undefined,
  now: Instant,
): Promise<Subject | undefined> {
  if (!role) return undefined;
  const { id, account_id: accountId, name } = role;
  const sessionName = givenName ?? ANY_SESSION;
  const living = givenName === undefined ? undefined : await livingSession(db, id, givenName, now);
  const caller: Caller = {
    kind: 'session',
    accountId,
    arn: sessionArn(accountId, name, sessionName),
    userId: `${id}:${sessionName}`,
    accessKeyId: '',
    roleArn: roleArn(role),
    sessionName,
    issuedAt: now,
    expiresAt: now,
    sessionPolicies: [],
    sessionPolicyArns: [],
    sessionTags: {},
    ...(living && broughtBy(living)),
  };
  const standing = await standingOf(db, caller);
  if (!standing) return undefined;
  const policies = await policiesOfPrincipal(db, id);
  const session = narrowing(caller, standing);
  return { caller, standing, policies, session, isServiceLinked: role.linked_service !== null };
}

/** What a session has from how it was made. */
function broughtBy(session: SessionRow) {
  const { source_identity: sourceIdentity, federated_provider: federatedProvider, mfa_at: mfaAt } = session;
  return {
    sessionPolicies: session.policies,
    sessionPolicyArns: session.policy_arns,
    sessionTags: session.tags,
    issuedAt: session.created_at,
    expiresAt: session.expires_at,
    ...(sourceIdentity !== null && { sourceIdentity }),
    ...(federatedProvider !== null && { federatedProvider }),
    ...(mfaAt !== null && { mfaAt }),
  };
}

function narrowing(caller: Extract<Caller, { kind: 'session' }>, standing: Standing): NamedPolicy[] | undefined {
  const { sessionName, sessionPolicies: documents, sessionPolicyArns: arns } = caller;
  if (documents.length === 0 && arns.length === 0) return undefined;
  const on = `session ${sessionName}`;
  return [
    ...documents.map((document) => ({ on, policy: 'inline', inForce: { document } })),
    ...standing.sessionPolicies.map((inForce, index) => ({ on, policy: arns[index] ?? '', inForce })),
  ];
}

export async function explainAccess(
  db: Queryable,
  subject: Subject,
  question: Question,
  now: Instant,
  compile: Compile,
): Promise<AccessExplanation> {
  const { caller, standing } = subject;
  const owner = ownerOf(question, caller.accountId);
  const place = owner === caller.accountId ? standing : await placeOfAccount(db, owner);
  const policies: HungPolicies = {
    ...hungOfSubject(subject, compile),
    resource: hungOnResource(question, caller.accountId, compile),
    serviceControl: subject.isServiceLinked ? undefined : await hungLevels(db, standing, 'service', compile),
    resourceControl:
      place && meetsResourceControl(subject, question) ? await hungLevels(db, place, 'resource', compile) : undefined,
  };
  const { outcome, ...why } = trace(policies, {
    principal: principalOf(caller),
    action: question.action,
    resource: question.resource,
    lookup: lookupIn(
      signInOf(question.context),
      contextOfCaller(caller, standing, now),
      contextOfOwner(owner, place),
      question.context,
    ),
  });
  const denying = outcome.kind === 'explicitly-denied' ? arnOfDenying(outcome, standing, place, compile) : undefined;
  return { decision: decisionOf(outcome, question.action, denying), ...why };
}

function meetsResourceControl({ caller, isServiceLinked }: Subject, question: Question): boolean {
  const { action, resource } = question;
  return !isServiceLinked && isOpenTo(question, caller.accountId) && isResourceControlled(action, resource);
}

const OF_SIGN_IN = /^aws:(?:multifactorauth(?:age|present)|tokenissuetime|federatedprovider|sourceidentity)$/;

/** How somebody would sign in is not known before they do: what is asked about counts. */
function signInOf(context: ConditionContext = {}): ConditionContext {
  return Object.fromEntries(Object.entries(context).filter(([key]) => OF_SIGN_IN.test(key)));
}

function hungOfSubject(
  { caller, policies, session }: Subject,
  compile: Compile,
): Pick<HungPolicies, 'isRoot' | 'identity' | 'boundary' | 'session'> {
  const hung = ({ on, policy, inForce }: NamedPolicy, layer: Origin['layer']): Hung => ({
    document: compileOne(inForce, compile),
    origin: { layer, policy, on },
  });
  return {
    isRoot: caller.kind === 'root',
    identity: policies.identity.map((policy) => hung(policy, 'identity')),
    boundary: policies.boundary && hung(policies.boundary, 'boundary'),
    session: session?.map((policy) => hung(policy, 'session')),
  };
}

function hungOnResource(question: Question, accountId: string, compile: Compile): HungPolicies['resource'] {
  const resource = resourcePolicyOf(question, accountId, compile);
  if (!resource) return undefined;
  const origin = { layer: layerOf(resource), policy: `the policy of ${question.resource}`, on: question.resource };
  return { ...resource, policy: { document: resource.policy, origin } };
}

const TYPES = { service: 'SERVICE_CONTROL_POLICY', resource: 'RESOURCE_CONTROL_POLICY' } as const;

/** INVARIANT: the levels are those of the place, whatever the policies on them are called. */
async function hungLevels(
  db: Queryable,
  { controls }: Place,
  kind: 'service' | 'resource',
  compile: Compile,
): Promise<HungLevel[] | undefined> {
  const levels: readonly ControlLevel[] | undefined = controls[kind];
  if (!levels) return undefined;
  const named = await controlPoliciesOn(
    db,
    levels.map(({ nodeId }) => nodeId),
    TYPES[kind],
  );
  return levels.map(({ nodeId }) => ({
    nodeId,
    policies: named
      .filter((policy) => policy.nodeId === nodeId)
      .map(({ nodeName, policyId, name, document }) => ({
        document: compileControl(compile, document, kind),
        origin: { layer: `${kind}-control`, policy: policyId, name, on: `${nodeName} (${nodeId})` },
      })),
  }));
}
