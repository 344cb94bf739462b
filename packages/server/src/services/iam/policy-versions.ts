/** Versions of managed policies as answers show them; a policy of AWS has one. */
import type { PolicyVersion as PolicyVersionShape } from '@aws-sdk/client-iam';
import type { Queryable } from '../../store/database.ts';
import { listPolicyVersions, type PolicyVersion } from '../../store/identity-policies.ts';
import { type AnyPolicy, encodeDocument, MANAGED_SINCE, MANAGED_VERSION } from './shapes.ts';

/** Newest first. */
export async function versionsOf(db: Queryable, { kind, policy }: AnyPolicy): Promise<PolicyVersion[]> {
  if (kind === 'customer') return listPolicyVersions(db, [policy.id]);
  return [{ versionId: MANAGED_VERSION, document: policy.document, createdAt: MANAGED_SINCE.getTime() }];
}

export function defaultVersionOf({ kind, policy }: AnyPolicy): string {
  return kind === 'aws' ? MANAGED_VERSION : policy.default_version;
}

/** Lists of versions leave the documents out. */
export function versionShape(version: PolicyVersion, defaultVersion: string, whole: boolean): PolicyVersionShape {
  const { versionId, document, createdAt } = version;
  return {
    ...(whole ? { Document: encodeDocument(document) } : {}),
    VersionId: versionId,
    IsDefaultVersion: versionId === defaultVersion,
    CreateDate: new Date(createdAt),
  };
}
