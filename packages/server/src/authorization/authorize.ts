/**
 * The authorizer over the database: gathers the policies in force on a caller or role and the request's condition keys.
 *
 * Policies are read anew with each request, so a change holds from the next one on. What is kept is their compiled
 * form, by text. Not here: the decision itself (evaluate.ts), what a refusal looks like in each service
 * (services/access-denied.ts).
 */
import { type Clock, type Instant, isoTime, parseArn, SECOND_MS } from '@holdfast/kernel';
import type { Queryable } from '../store/database.ts';
import { findRoleByArn, type RoleRow } from '../store/identity-roles.ts';
import { type PolicyInForce, type Standing, standingOfPrincipal } from '../store/identity-standing.ts';
import type { Authorizer, ConditionContext, Decision, Question, RoleProblem } from './authorizer.ts';
import { type Caller, identityArnOf, principalIdOf, principalOf } from './caller.ts';
import { allowsService, evaluate, type Layer, type Outcome, type Policies, type ResourcePolicy } from './evaluate.ts';
import { managedPolicy } from './managed-policies.ts';
import { type PolicyDocument, type PolicyKind, readPolicy } from './policy-document.ts';
import type { Lookup } from './template.ts';

const COMPILED_MAX = 5_000;

export interface AuthorizerOptions {
  readonly clock: Clock;
}

export function authorizerOf({ clock }: AuthorizerOptions): Authorizer {
  const compile = cachedCompiler();
  return {
    decide: (db, caller, question) => decide(db, caller, question, clock.now(), compile),
    looksAtTags: async (db, caller) => {
      const { identity, boundary, session = [] } = policiesOf(caller, await standingOf(db, caller), compile);
      return [...identity, ...(boundary ? [boundary] : []), ...session].some((policy) => policy.looksAtTags);
    },
    roleProblem: async (db, roleArn, servicePrincipal, questions) => {
      const role = await findRoleByArn(db, roleArn);
      if (!role) return { kind: 'missing' };
      return roleProblem(db, role, servicePrincipal, questions, clock.now(), compile);
    },
  };
}

type Compile = (document: string, kind: PolicyKind) => PolicyDocument;

/** INVARIANT: a document that is stored was read once already, so reading it again cannot fail. */
function cachedCompiler(): Compile {
  const compiled = new Map<string, PolicyDocument>();
  return (document, kind) => {
    const key = `${kind}:${document}`;
    let policy = compiled.get(key);
    if (!policy) {
      policy = readPolicy(document, kind);
      if (compiled.size >= COMPILED_MAX) compiled.clear();
      compiled.set(key, policy);
    }
    return policy;
  };
}

async function decide(
  db: Queryable,
  caller: Caller,
  question: Question,
  now: Instant,
  compile: Compile,
): Promise<Decision> {
  const isRoot = caller.kind === 'root';
  const standing = await standingOf(db, caller);
  if (!isRoot && !standing) return { allowed: false, because: 'because the user or role does not exist any more' };
  const policies: Policies = {
    isRoot,
    ...policiesOf(caller, standing, compile),
    resource: resourcePolicy(question, caller.accountId, compile),
  };
  const context = contextOfCaller(caller, standing, now);
  const outcome = evaluate(policies, {
    principal: principalOf(caller),
    action: question.action,
    resource: question.resource,
    lookup: lookupIn(context, { ...contextOfResource(caller.accountId, question), ...question.context }),
  });
  return decisionOf(outcome, question.action);
}

type PoliciesOfCaller = Pick<Policies, 'identity' | 'boundary' | 'session'>;

function policiesOf(caller: Caller, standing: Standing | undefined, compile: Compile): PoliciesOfCaller {
  return {
    identity: compileAll(standing?.policies ?? [], compile),
    boundary: standing?.boundary && compileOne(standing.boundary, compile),
    session: sessionPolicies(caller, standing, compile),
  };
}

/** Undefined: of root, whom no policy binds, and of users and roles that are no more. */
async function standingOf(db: Queryable, caller: Caller): Promise<Standing | undefined> {
  if (caller.standing || caller.kind === 'root') return caller.standing;
  return standingOfPrincipal(db, principalIdOf(caller), caller.kind === 'session' ? caller.sessionPolicyArns : []);
}

async function roleProblem(
  db: Queryable,
  role: RoleRow,
  servicePrincipal: string,
  questions: readonly Question[],
  now: Instant,
  compile: Compile,
): Promise<RoleProblem | undefined> {
  const standing = await standingOfPrincipal(db, role.id);
  if (!standing) return { kind: 'missing' };
  const { account_id: accountId, path, name } = role;
  const arn = `arn:aws:iam::${accountId}:role${path}${name}`;
  const times = contextOfTime(now);
  const mayAssume = allowsService(compile(role.trust_policy, 'trust'), {
    principal: { kind: 'service', name: servicePrincipal },
    action: 'sts:AssumeRole',
    resource: arn,
    lookup: lookupIn(times, { 'aws:principalisawsservice': ['true'], 'aws:sourceaccount': [accountId] }),
  });
  if (!mayAssume) return { kind: 'not-assumable' };
  const caller = sessionOfService(role, arn, servicePrincipal, now);
  const policies: Policies = {
    isRoot: false,
    identity: compileAll(standing.policies, compile),
    boundary: standing.boundary && compileOne(standing.boundary, compile),
    session: undefined,
    resource: undefined,
  };
  const context = contextOfCaller(caller, standing, now);
  for (const question of questions) {
    const outcome = evaluate(policies, {
      principal: principalOf(caller),
      action: question.action,
      resource: question.resource,
      lookup: lookupIn(context, { ...contextOfResource(accountId, question), ...question.context }),
    });
    const decision = decisionOf(outcome, question.action);
    if (!decision.allowed) return { kind: 'denied', action: question.action, because: decision.because };
  }
  return undefined;
}

function sessionOfService(role: RoleRow, roleArn: string, servicePrincipal: string, now: Instant): Caller {
  const sessionName = servicePrincipal.split('.', 1)[0] ?? servicePrincipal;
  return {
    kind: 'session',
    accountId: role.account_id,
    arn: `arn:aws:sts::${role.account_id}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    accessKeyId: '',
    roleArn,
    sessionName,
    sessionPolicies: [],
    sessionPolicyArns: [],
    sessionTags: {},
    issuedAt: now,
    expiresAt: now,
  };
}

const NOTHING: PolicyDocument = { statements: [], looksAtTags: false };

function compileAll(policies: readonly PolicyInForce[], compile: Compile): PolicyDocument[] {
  return policies.map((policy) => compileOne(policy, compile));
}

/** A managed policy that does not exist (any more) grants nothing. */
function compileOne(policy: PolicyInForce, compile: Compile): PolicyDocument {
  const document = 'document' in policy ? policy.document : managedPolicy(policy.awsManagedArn)?.document;
  return document === undefined ? NOTHING : compile(document, 'identity');
}

function sessionPolicies(
  caller: Caller,
  standing: Standing | undefined,
  compile: Compile,
): readonly PolicyDocument[] | undefined {
  if (caller.kind !== 'session') return undefined;
  const { sessionPolicies: documents, sessionPolicyArns: arns } = caller;
  if (documents.length === 0 && arns.length === 0) return undefined;
  const inline = documents.map((document) => compile(document, 'identity'));
  return [...inline, ...compileAll(standing?.sessionPolicies ?? [], compile)];
}

/**
 * What another account owns is closed unless a policy of its own opens it. INVARIANT: no policy of the caller's own
 * account, however wide, reaches into another account.
 */
function resourcePolicy(
  { action, resource, resourcePolicy: given }: Question,
  callerAccountId: string,
  compile: Compile,
): ResourcePolicy | undefined {
  if (given) {
    const { document, kind, accountId } = given;
    return { policy: compile(document, kind), accountId, required: kind === 'trust' };
  }
  // All of an organization belongs to its management account; who of its members may do what is decided by its own
  // rules.
  if (action.startsWith('organizations:')) return undefined;
  const owner = parseArn(resource)?.accountId ?? '';
  if (!ACCOUNT_ID.test(owner) || owner === callerAccountId) return undefined;
  return { policy: NOTHING, accountId: owner, required: false };
}

const ACCOUNT_ID = /^\d{12}$/;

function contextOfTime(now: Instant): ConditionContext {
  return { 'aws:currenttime': [isoTime(now)], 'aws:epochtime': [String(Math.floor(now / SECOND_MS))] };
}

const PRINCIPAL_TYPES = { root: 'Account', user: 'User', session: 'AssumedRole' } as const;

function contextOfCaller(caller: Caller, standing: Standing | undefined, now: Instant): ConditionContext {
  const context: Record<string, readonly string[]> = {
    ...contextOfTime(now),
    'aws:principalaccount': [caller.accountId],
    'aws:principalarn': [identityArnOf(caller)],
    'aws:principalisawsservice': ['false'],
    'aws:principaltype': [PRINCIPAL_TYPES[caller.kind]],
    'aws:userid': [caller.userId],
    'aws:viaawsservice': ['false'],
  };
  if (caller.kind === 'user') context['aws:username'] = [caller.userName];
  if (standing?.membership) {
    const { organization, path, accountId } = standing.membership;
    context['aws:principalorgid'] = [organization.id];
    context['aws:principalorgpaths'] = [path.slice(0, -`${accountId}/`.length)];
  }
  const sessionTags = caller.kind === 'session' ? caller.sessionTags : {};
  for (const [key, value] of Object.entries({ ...standing?.tags, ...sessionTags })) {
    context[`aws:principaltag/${key.toLowerCase()}`] = [value];
  }
  if (caller.kind === 'session') {
    context['aws:tokenissuetime'] = [isoTime(caller.issuedAt)];
    if (caller.sourceIdentity !== undefined) context['aws:sourceidentity'] = [caller.sourceIdentity];
  }
  return context;
}

/**
 * Resources without an account in their ARN belong, as far as anybody can tell, to who asks. Operations know better at
 * times: AWS-managed policies belong to the organization's management account (recorded rules B.10.5).
 */
function contextOfResource(callerAccountId: string, { resource }: Question): ConditionContext {
  return { 'aws:resourceaccount': [parseArn(resource)?.accountId || callerAccountId] };
}

/** What the request says never replaces what we know of the caller. */
function lookupIn(known: ConditionContext, request: ConditionContext = {}): Lookup {
  return (key) => (Object.hasOwn(known, key) ? known[key] : Object.hasOwn(request, key) ? request[key] : undefined);
}

const POLICY_OF: Readonly<Record<Layer, { allows: string; denies: string }>> = {
  identity: { allows: 'identity-based policy', denies: 'an identity-based policy' },
  boundary: { allows: 'permissions boundary', denies: 'a permissions boundary' },
  session: { allows: 'session policy', denies: 'a session policy' },
  resource: { allows: 'resource-based policy', denies: 'a resource-based policy' },
};

function decisionOf(outcome: Outcome, action: string): Decision {
  switch (outcome.kind) {
    case 'allowed':
      return { allowed: true };
    case 'explicitly-denied':
      return { allowed: false, because: `with an explicit deny in ${POLICY_OF[outcome.layer].denies}` };
    case 'not-allowed':
      return { allowed: false, because: `because no ${POLICY_OF[outcome.layer].allows} allows the ${action} action` };
  }
}
