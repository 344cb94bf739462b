/**
 * Which policies bind a caller and a resource: the rows that were read, compiled, as the evaluator wants them.
 *
 * Not here: what they decide (evaluate.ts), condition keys (context.ts).
 * Source: IAM's "policy evaluation logic"; organizations spec 11.
 */
import { parseArn } from '@holdfast/kernel';
import type { ControlLevel, Place } from '../store/account-place.ts';
import { placeOfAccount } from '../store/account-place.ts';
import type { Queryable } from '../store/database.ts';
import { type PolicyInForce, type Standing, standingOfPrincipal } from '../store/identity-standing.ts';
import type { Question } from './authorizer.ts';
import { type Caller, principalIdOf } from './caller.ts';
import { type Compile, compileControl, NOTHING } from './compiler.ts';
import type { Levels, Policies, ResourcePolicy } from './evaluate.ts';
import { managedPolicy } from './managed-policies.ts';
import type { PolicyDocument } from './policy-document.ts';
import { isResourceControlled } from './resource-control.ts';

/** What binds the caller, whatever is asked. */
export type PoliciesOfCaller = Pick<Policies, 'isRoot' | 'identity' | 'boundary' | 'session' | 'serviceControl'>;

export function policiesOfCaller(caller: Caller, standing: Standing, compile: Compile): PoliciesOfCaller {
  return {
    isRoot: caller.kind === 'root',
    ...policiesOfStanding(standing, compile),
    session: sessionPolicies(caller, standing, compile),
    serviceControl: levelsOf(standing.controls.service, 'service', compile),
  };
}

/** Of the user or role itself. */
export function policiesOfStanding(
  standing: Standing,
  compile: Compile,
): { identity: readonly PolicyDocument[]; boundary: PolicyDocument | undefined } {
  return {
    identity: standing.policies.map((policy) => compileOne(policy, compile)),
    boundary: standing.boundary && compileOne(standing.boundary, compile),
  };
}

/** Undefined: of users and roles that are no more. */
export async function standingOf(db: Queryable, caller: Caller): Promise<Standing | undefined> {
  if (caller.standing) return caller.standing;
  if (caller.kind === 'root') return standingOfRoot(await placeOfAccount(db, caller.accountId));
  return standingOfPrincipal(db, principalIdOf(caller), caller.kind === 'session' ? caller.sessionPolicyArns : []);
}

function standingOfRoot(place: Place | undefined): Standing | undefined {
  return place && { ...place, policies: [], boundary: undefined, sessionPolicies: [], tags: {} };
}

/** A managed policy that does not exist (any more) grants nothing. */
export function compileOne(policy: PolicyInForce, compile: Compile): PolicyDocument {
  const document = 'document' in policy ? policy.document : managedPolicy(policy.awsManagedArn)?.document;
  return document === undefined ? NOTHING : compile(document, 'identity');
}

function sessionPolicies(caller: Caller, standing: Standing, compile: Compile): readonly PolicyDocument[] | undefined {
  if (caller.kind !== 'session') return undefined;
  const { sessionPolicies: documents, sessionPolicyArns: arns } = caller;
  if (documents.length === 0 && arns.length === 0) return undefined;
  const inline = documents.map((document) => compile(document, 'identity'));
  return [...inline, ...standing.sessionPolicies.map((policy) => compileOne(policy, compile))];
}

function levelsOf(
  levels: readonly ControlLevel[] | undefined,
  kind: 'service' | 'resource',
  compile: Compile,
): Levels | undefined {
  return levels?.map(({ documents }) => documents.map((document) => compileControl(compile, document, kind)));
}

/** The resource control policies that the request meets, of the place of the resource's owner. */
export function resourceControlOf(
  { action, resource }: Pick<Question, 'action' | 'resource'>,
  owner: Place | undefined,
  compile: Compile,
): Levels | undefined {
  return owner && isResourceControlled(action, resource) ? resourceControlAbove(owner, compile) : undefined;
}

/** All that hang above an account, whatever is asked. */
export function resourceControlAbove({ controls }: Place, compile: Compile): Levels | undefined {
  return levelsOf(controls.resource, 'resource', compile);
}

const ACCOUNT_ID = /^\d{12}$/;

/**
 * The account that a resource belongs to. Without an account in its ARN it belongs, as far as anybody can tell, to who
 * asks. Operations know better at times: all of an organization belongs to its management account (recorded rules
 * B.10.5).
 */
export function ownerOf({ resource, resourcePolicy, context }: Question, callerAccountId: string): string {
  const said = resourcePolicy?.accountId ?? context?.['aws:resourceaccount']?.[0];
  return said ?? (parseArn(resource)?.accountId || callerAccountId);
}

/**
 * Whether a policy of the owner has a say at all. What its owner has not opened is closed, whatever hangs above the
 * owner: why else would be the owner's to know.
 */
export function isOpenTo(question: Question, callerAccountId: string): boolean {
  return ownerOf(question, callerAccountId) === callerAccountId || question.resourcePolicy !== undefined;
}

/**
 * What another account owns is closed unless a policy of its own opens it. INVARIANT: no policy of the caller's own
 * account, however wide, reaches into another account.
 */
export function resourcePolicyOf(
  { action, resource, resourcePolicy: given }: Question,
  callerAccountId: string,
  compile: Compile,
): ResourcePolicy | undefined {
  if (given) {
    const { document, kind, accountId } = given;
    return { policy: compile(document, kind), accountId, required: kind === 'trust' };
  }
  // Who of an organization's members may do what to it is decided by its own rules.
  if (action.startsWith('organizations:')) return undefined;
  const owner = parseArn(resource)?.accountId ?? '';
  if (!ACCOUNT_ID.test(owner) || owner === callerAccountId) return undefined;
  return { policy: NOTHING, accountId: owner, required: false };
}

/** All documents that a decision about the caller could look at, but for those above another owner's resource. */
export function documentsOf(
  { identity, boundary, session, serviceControl }: PoliciesOfCaller,
  resource: ResourcePolicy | undefined,
  resourceControl: Levels | undefined,
): PolicyDocument[] {
  return [
    ...identity,
    ...(boundary ? [boundary] : []),
    ...(session ?? []),
    ...(serviceControl ?? []).flat(),
    ...(resource ? [resource.policy] : []),
    ...(resourceControl ?? []).flat(),
  ];
}
