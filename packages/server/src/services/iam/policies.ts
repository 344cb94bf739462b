/**
 * What roles and users share: policies attached to and embedded in them. `Holder` is either.
 */
import { parseArn } from '@holdfast/kernel';
import { managedPolicy } from '../../authorization/managed-policies.ts';
import { type PolicyKind, problemOfPolicy } from '../../authorization/policy-document.ts';
import {
  attachPolicy,
  deleteInlinePolicy,
  detachPolicy,
  findInlinePolicy,
  listAttachments,
  listInlinePolicies,
  putInlinePolicy,
} from '../../store/identity-attachments.ts';
import { findPolicy } from '../../store/identity-policies.ts';
import type { Call, ReadCall } from '../operation.ts';
import {
  deleteConflict,
  invalidInput,
  malformedPolicy,
  noSuchInlinePolicy,
  noSuchPolicy,
  notAttachable,
  onlyForServices,
  quotaExceeded,
} from './errors.ts';
import { INLINE_POLICY_CHARS, POLICIES_PER_PRINCIPAL, policyChars } from './quotas.ts';
import { type AnyPolicy, encodeDocument } from './shapes.ts';

export interface Holder {
  readonly kind: 'role' | 'user';
  readonly id: string;
}

/** A policy of the caller's account or of AWS. @throws NoSuchEntity, InvalidInput */
export async function requirePolicy({ db, accountId }: ReadCall, arn: string): Promise<AnyPolicy> {
  const aws = managedPolicy(arn);
  if (aws) return { kind: 'aws', policy: aws };
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('policy/')) {
    throw invalidInput(`ARN ${arn} is not valid.`);
  }
  const policy = parsed.accountId === accountId ? await findPolicy(db, arn) : undefined;
  if (!policy) throw noSuchPolicy(arn);
  return { kind: 'customer', policy };
}

/** @throws MalformedPolicyDocument */
export function checkDocument(document: string, kind: PolicyKind): void {
  const problem = problemOfPolicy(document, kind);
  if (problem !== undefined) throw malformedPolicy(problem);
}

/** The boundary of a new user or role: a policy that is there. */
export async function checkBoundary(
  { db, accountId }: ReadCall,
  arn: string | null | undefined,
): Promise<string | null> {
  if (!arn) return null;
  const own = parseArn(arn)?.accountId === accountId && (await findPolicy(db, arn));
  if (!own && !managedPolicy(arn)) throw notAttachable(arn);
  return arn;
}

export async function attach(call: Call, holder: Holder, arn: string): Promise<void> {
  const { tx, accountId } = call;
  const own = parseArn(arn)?.accountId === accountId ? await findPolicy(tx, arn) : undefined;
  const aws = managedPolicy(arn);
  if (!own && !aws) throw notAttachable(arn);
  if (aws?.path.startsWith('/aws-service-role/')) throw onlyForServices(arn);
  await attachPolicy(tx, { principalId: holder.id, accountId, policyArn: arn });
  if ((await listAttachments(tx, { principalId: holder.id })).length > POLICIES_PER_PRINCIPAL) {
    throw quotaExceeded(holder.kind === 'role' ? 'PoliciesPerRole' : 'PoliciesPerUser', POLICIES_PER_PRINCIPAL);
  }
}

export async function detach({ tx }: Call, holder: Holder, arn: string): Promise<void> {
  if (!(await detachPolicy(tx, holder.id, arn))) throw noSuchPolicy(arn);
}

/** In the order of attachment; path and name stand in the ARN. */
export async function attachedPolicies(
  { db }: ReadCall,
  holder: Holder,
  pathPrefix: string,
): Promise<{ PolicyName: string; PolicyArn: string }[]> {
  const attached = await listAttachments(db, { principalId: holder.id });
  return attached.flatMap(({ policyArn }) => {
    const resource = policyArn.slice(policyArn.indexOf(':policy/') + ':policy'.length);
    const name = resource.slice(resource.lastIndexOf('/') + 1);
    return resource.startsWith(pathPrefix) ? [{ PolicyName: name, PolicyArn: policyArn }] : [];
  });
}

export async function embed({ tx }: Call, holder: Holder, name: string, document: string): Promise<void> {
  checkDocument(document, 'identity');
  await putInlinePolicy(tx, holder.id, name, document);
  const all = await listInlinePolicies(tx, { principalId: holder.id });
  const limit = INLINE_POLICY_CHARS[holder.kind];
  if (all.reduce((chars, policy) => chars + policyChars(policy.document), 0) > limit) {
    throw quotaExceeded(holder.kind === 'role' ? 'RoleInlinePolicySize' : 'UserInlinePolicySize', limit);
  }
}

/** URL-encoded, as it is answered. */
export async function embedded({ db }: ReadCall, holder: Holder, name: string): Promise<string> {
  const document = await findInlinePolicy(db, holder.id, name);
  if (document === undefined) throw noSuchInlinePolicy(holder.kind, name);
  return encodeDocument(document);
}

export async function removeEmbedded({ tx }: Call, holder: Holder, name: string): Promise<void> {
  if (!(await deleteInlinePolicy(tx, holder.id, name))) throw noSuchInlinePolicy(holder.kind, name);
}

/** @throws DeleteConflict while policies hang on it */
export async function refusePolicies({ tx }: Call, holder: Holder): Promise<void> {
  if ((await listAttachments(tx, { principalId: holder.id, limit: 1 })).length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  }
  if ((await listInlinePolicies(tx, { principalId: holder.id, limit: 1 })).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  }
}

export const asRole = ({ id }: { readonly id: string }): Holder => ({ kind: 'role', id });
export const asUser = ({ id }: { readonly id: string }): Holder => ({ kind: 'user', id });
