/**
 * Policies of users, roles and groups: managed ones attached to them, inline ones embedded in them.
 *
 * Not here: how a holder is named and found (holders.ts), the managed policies themselves (managed.ts).
 */
import { type PolicyKind, problemOfPolicy } from '../../authorization/policy-document.ts';
import {
  attachPolicy,
  deleteInlinePolicy,
  detachPolicy,
  findInlinePolicy,
  type HolderKind,
  listAttachments,
  listInlinePolicies,
  putInlinePolicy,
} from '../../store/identity-attachments.ts';
import type { Call, ReadCall } from '../operation.ts';
import {
  deleteConflict,
  inlinePoliciesTooLong,
  malformedPolicy,
  noSuchInlinePolicy,
  noSuchPolicy,
  quotaExceeded,
} from './errors.ts';
import type { Holder } from './holders.ts';
import { requireAttachable } from './managed.ts';
import { INLINE_POLICY_CHARS, MANAGED_POLICY_CHARS, POLICIES_PER_HOLDER, policyChars } from './quotas.ts';
import { encodeDocument } from './shapes.ts';

/** @throws MalformedPolicyDocument */
export function checkDocument(document: string, kind: PolicyKind): void {
  const problem = problemOfPolicy(document, kind);
  if (problem !== undefined) throw malformedPolicy(problem);
}

/** Of one version of a managed policy. @throws MalformedPolicyDocument, LimitExceeded */
export function checkManagedDocument(document: string): void {
  checkDocument(document, 'identity');
  if (policyChars(document) > MANAGED_POLICY_CHARS) throw quotaExceeded('PolicySize', MANAGED_POLICY_CHARS);
}

const ATTACHED_QUOTA: Readonly<Record<HolderKind, string>> = {
  user: 'PoliciesPerUser',
  role: 'PoliciesPerRole',
  group: 'PoliciesPerGroup',
};

/** Attaching what is attached changes nothing. */
export async function attach(call: Call, { kind, id }: Holder, arn: string): Promise<void> {
  const { tx, accountId } = call;
  await requireAttachable(call, arn);
  await attachPolicy(tx, { principalId: id, accountId, policyArn: arn });
  if ((await listAttachments(tx, { principalId: id })).length > POLICIES_PER_HOLDER) {
    throw quotaExceeded(ATTACHED_QUOTA[kind], POLICIES_PER_HOLDER);
  }
}

export async function detach({ tx }: Call, { id }: Holder, arn: string): Promise<void> {
  if (!(await detachPolicy(tx, id, arn))) throw noSuchPolicy(arn);
}

/** In the order of attachment. */
export async function attachedPolicies(
  { db }: ReadCall,
  { id }: Holder,
  pathPrefix: string,
): Promise<AttachedPolicy[]> {
  const attached = await listAttachments(db, { principalId: id });
  return attached
    .filter(({ policyArn }) => resourceOf(policyArn).startsWith(pathPrefix))
    .map(({ policyArn }) => attachedPolicy(policyArn));
}

export interface AttachedPolicy {
  readonly PolicyName: string;
  readonly PolicyArn: string;
}

/** Path and name stand in the ARN. */
export function attachedPolicy(arn: string): AttachedPolicy {
  return { PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn };
}

function resourceOf(arn: string): string {
  return arn.slice(arn.indexOf(':policy/') + ':policy'.length);
}

export async function embed({ tx }: Call, holder: Holder, name: string, document: string): Promise<void> {
  checkDocument(document, 'identity');
  await putInlinePolicy(tx, holder.id, name, document);
  const all = await listInlinePolicies(tx, { principalId: holder.id });
  const limit = INLINE_POLICY_CHARS[holder.kind];
  if (all.reduce((chars, policy) => chars + policyChars(policy.document), 0) > limit) {
    throw inlinePoliciesTooLong(holder, limit);
  }
}

/** URL-encoded, as it is answered. */
export async function embedded({ db }: ReadCall, holder: Holder, name: string): Promise<string> {
  const document = await findInlinePolicy(db, holder.id, name);
  if (document === undefined) throw noSuchInlinePolicy(holder.kind, name);
  return encodeDocument(document);
}

export async function removeEmbedded({ tx }: Call, { id, kind }: Holder, name: string): Promise<void> {
  if (!(await deleteInlinePolicy(tx, id, name))) throw noSuchInlinePolicy(kind, name);
}

/** @throws DeleteConflict while policies hang on it */
export async function refusePolicies({ tx }: Call, { id }: Holder): Promise<void> {
  if ((await listAttachments(tx, { principalId: id, limit: 1 })).length > 0) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  }
  if ((await listInlinePolicies(tx, { principalId: id, limit: 1 })).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  }
}
