/**
 * What an operation is about, for IAM: ARNs and condition keys. Tags of the request are known already (request-
 * context).
 *
 * Everything in an organization belongs to its management account, so `aws:ResourceAccount` is that account for each
 * call (recorded rules B.10.5). Things that do not exist get the ARN they would have: who may act on all then learns
 * that they do not exist, everyone else is refused.
 * Source: organizations spec 1, 6.1, 8.3, 10.
 */
import type { ConditionContext } from '../../authorization/authorizer.ts';
import { membershipOfCaller } from '../../authorization/caller.ts';
import { findAccount } from '../../store/account.ts';
import type { Queryable } from '../../store/database.ts';
import { type Handshake, handshakeById } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';
import { policyById } from '../../store/organizations-policies.ts';
import { resourcePolicyOf } from '../../store/organizations-resource-policy.ts';
import { tagsOf } from '../../store/organizations-tags.ts';
import type { Authorization, ReadCall } from '../operation.ts';
import { handshakeArn, missingPolicyArn, policyArn, resourcePolicyArn, targetArn } from './arns.ts';
import { isRecipient } from './handshake-parties.ts';

export interface Subject {
  readonly arns: readonly string[];
  readonly policyType?: string | undefined;
  readonly servicePrincipal?: string | undefined;
  /** Ids of resources whose tags are `aws:ResourceTag/…`. */
  readonly ids?: readonly string[];
}

/** What is asked about, the asking account, and the organization that both are in. */
export interface Asked<Input> {
  readonly input: Input;
  readonly accountId: string;
  readonly organization: Organization;
  readonly db: Queryable;
}

/** Without `subjectOf`: the operation has no resource of its own. */
export function about<Input>(
  subjectOf: (asked: Asked<Input>) => Subject | Promise<Subject> = () => ({ arns: ['*'] }),
): Authorization<Input> {
  return async (input, { db, accountId, caller }) => {
    const membership = await membershipOfCaller(db, caller);
    if (!membership) return { resources: ['*'] };
    const { organization } = membership;
    const subject = await subjectOf({ input, accountId, organization, db });
    const needed = { resources: subject.arns, conditions: conditionsOf(subject, organization) };
    const tags = () => tagsOfAll(db, organization, subject.ids ?? []);
    if (accountId === organization.managementAccountId) return { ...needed, tags };
    // The delegation policy may look at tags that the caller's own policies do not.
    return { ...needed, conditions: { ...needed.conditions, ...(await tags()) } };
  };
}

function conditionsOf({ policyType, servicePrincipal }: Subject, organization: Organization): ConditionContext {
  const conditions: Record<string, readonly string[]> = { 'aws:resourceaccount': [organization.managementAccountId] };
  if (policyType !== undefined) conditions['organizations:policytype'] = [policyType];
  if (servicePrincipal !== undefined) conditions['organizations:serviceprincipal'] = [servicePrincipal];
  return conditions;
}

async function tagsOfAll(db: Queryable, organization: Organization, ids: readonly string[]): Promise<ConditionContext> {
  const conditions: Record<string, readonly string[]> = {};
  for (const id of ids) {
    for (const { key, value } of await tagsOf(db, organization.id, id)) {
      conditions[`aws:resourcetag/${key.toLowerCase()}`] = [value];
    }
  }
  return conditions;
}

/** Roots, units and accounts by id. */
export function targets<Input>(idsOf: (input: Input) => readonly string[]): Authorization<Input> {
  return about<Input>(({ input, organization }) => {
    const ids = idsOf(input);
    return { arns: ids.map((id) => targetArn(organization, id)), ids };
  });
}

/** A policy, and perhaps what it hangs on. */
export function policyAndTargets<Input>(
  idsOf: (input: Input) => { readonly policyId: string; readonly targetIds?: readonly string[] },
): Authorization<Input> {
  return about<Input>(async ({ input, organization, db }) => {
    const { policyId, targetIds = [] } = idsOf(input);
    const policy = await policyById(db, organization.id, policyId);
    const arn = policy ? policyArn(organization, policy) : missingPolicyArn(organization, policyId);
    return {
      arns: [arn, ...targetIds.map((id) => targetArn(organization, id))],
      policyType: policy?.type,
      ids: [policyId, ...targetIds],
    };
  });
}

/** Policies of a type, none in particular. */
export function policiesOfType<Input>(typeOf: (input: Input) => string): Authorization<Input> {
  return about<Input>(({ input }) => ({ arns: ['*'], policyType: typeOf(input) }));
}

/** The delegation policy, there or not. */
export function aboutResourcePolicy<Input>(): Authorization<Input> {
  return about<Input>(async ({ organization, db }) => {
    const policy = await resourcePolicyOf(db, organization.id);
    return { arns: [resourcePolicyArn(organization, policy?.id)], ids: policy ? [policy.id] : [] };
  });
}

/** A handshake; it belongs to the account that sent it, whoever asks. For strangers it is one that does not exist. */
export function aboutHandshake<Input extends { readonly HandshakeId: string }>(): Authorization<Input> {
  const unknown = about<Input>();
  return async (input, call) => {
    const handshake = await handshakeById(call.db, input.HandshakeId, call.now);
    if (!handshake || !(await concerns(handshake, call))) return unknown(input, call);
    const { managementAccountId } = handshake;
    return { resources: [handshakeArn(handshake)], conditions: { 'aws:resourceaccount': [managementAccountId] } };
  };
}

async function concerns(handshake: Handshake, { db, caller, accountId }: ReadCall): Promise<boolean> {
  const membership = await membershipOfCaller(db, caller);
  if (membership?.organization.id === handshake.organizationId) return true;
  const account = await findAccount(db, accountId);
  return account !== undefined && isRecipient(handshake, { accountId, email: account.email });
}

/** A service in the organization, and perhaps the account that administers it. */
export function serviceAndAccount<Input>(
  of: (input: Input) => { readonly servicePrincipal?: string | undefined; readonly accountId?: string },
): Authorization<Input> {
  return about<Input>(({ input, organization }) => {
    const { servicePrincipal, accountId } = of(input);
    if (accountId === undefined) return { arns: ['*'], servicePrincipal };
    return { arns: [targetArn(organization, accountId)], ids: [accountId], servicePrincipal };
  });
}
