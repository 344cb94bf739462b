/**
 * The authorizer over the database: gathers the policies in force and the condition keys, and asks the evaluator.
 *
 * Policies are read anew with each request, so a change holds from the next one on. What is kept is their compiled
 * form, by text. Not here: the decision itself (evaluate.ts), what a refusal looks like in each service
 * (services/access-denied.ts).
 */
import type { Clock, Instant } from '@holdfast/kernel';
import { type Place, placeOfAccount } from '../store/account-place.ts';
import type { Queryable } from '../store/database.ts';
import { roleArn as arnOfRole } from '../store/identity-ids.ts';
import { findRoleByArn } from '../store/identity-roles.ts';
import type { Authorizer, Decision, Question } from './authorizer.ts';
import { type Caller, principalOf } from './caller.ts';
import { type Compile, cachedCompiler } from './compiler.ts';
import { contextOfCaller, contextOfOwner, lookupIn } from './context.ts';
import { decisionOf, GONE } from './decision.ts';
import { arnOfDenying } from './denying-policy.ts';
import { evaluate } from './evaluate.ts';
import { explainAccess, findSubject } from './explain.ts';
import { mayFederate } from './federation.ts';
import {
  documentsOf,
  isOpenTo,
  ownerOf,
  policiesOfCaller,
  resourceControlAbove,
  resourceControlOf,
  resourcePolicyOf,
  standingOf,
} from './policies-in-force.ts';
import { isResourceControlled } from './resource-control.ts';
import { problemOfRole } from './role-problem.ts';

export interface AuthorizerOptions {
  readonly clock: Clock;
}

export function authorizerOf({ clock }: AuthorizerOptions): Authorizer {
  const compile = cachedCompiler();
  return {
    decide: (db, caller, question) => decide(db, caller, question, clock.now(), compile),
    looksAtTags: (db, caller) => looksAtTags(db, caller, compile),
    explain: async (db, principalArn, question) => {
      const subject = await findSubject(db, principalArn, clock.now());
      return subject && explainAccess(db, subject, question, clock.now(), compile);
    },
    roleProblem: async (db, roleArn, servicePrincipal, questions) => {
      const role = await findRoleByArn(db, roleArn);
      if (!role) return { kind: 'missing' };
      const of = { role, arn: arnOfRole(role), servicePrincipal };
      return problemOfRole(db, of, questions, clock.now(), compile);
    },
    mayFederate: (db, role, federated) => mayFederate(db, role, federated, clock.now(), compile),
  };
}

async function decide(
  db: Queryable,
  caller: Caller,
  question: Question,
  now: Instant,
  compile: Compile,
): Promise<Decision> {
  const standing = await standingOf(db, caller);
  if (!standing) return GONE;
  const { action, resource: arn } = question;
  const ofCaller = policiesOfCaller(caller, standing, compile);
  const resource = resourcePolicyOf(question, caller.accountId, compile);
  const owner = ownerOf(question, caller.accountId);
  const foreign = owner === caller.accountId ? undefined : owner;
  const ownControl = foreign === undefined ? resourceControlOf(question, standing, compile) : undefined;
  const isOpened = isOpenTo(question, caller.accountId);
  const matters =
    (isOpened && isResourceControlled(action, arn)) ||
    documentsOf(ofCaller, resource, ownControl).some((document) => document.looksAtOwner);
  // INVARIANT: whose place is not read is in no condition, and what he owns is closed to the caller anyway.
  const place = await placeOfOwner(db, standing, foreign, matters);
  const resourceControl = ownControl ?? (isOpened ? resourceControlOf(question, place, compile) : undefined);
  const outcome = evaluate(
    { ...ofCaller, resource, resourceControl },
    {
      principal: principalOf(caller),
      action,
      resource: arn,
      lookup: lookupIn(contextOfCaller(caller, standing, now), contextOfOwner(owner, place), question.context),
    },
  );
  const denying = outcome.kind === 'explicitly-denied' ? arnOfDenying(outcome, standing, place, compile) : undefined;
  return decisionOf(outcome, action, denying);
}

async function placeOfOwner(
  db: Queryable,
  own: Place,
  foreign: string | undefined,
  matters: boolean,
): Promise<Place | undefined> {
  if (foreign === undefined) return own;
  return matters ? placeOfAccount(db, foreign) : undefined;
}

async function looksAtTags(db: Queryable, caller: Caller, compile: Compile): Promise<boolean> {
  const standing = await standingOf(db, caller);
  if (!standing) return false;
  const controls = resourceControlAbove(standing, compile);
  const all = documentsOf(policiesOfCaller(caller, standing, compile), undefined, controls);
  return all.some((document) => document.looksAtTags);
}
