/** Versions of managed policies as answers show them; a policy of AWS has one. */
import type { PolicyVersion as PolicyVersionShape } from '@aws-sdk/client-iam';
import type { Queryable } from '../../store/database.ts';
import { listPolicyVersions, type PolicyVersion } from '../../store/identity-policies.ts';
import { type AnyPolicy, encodeDocument, MANAGED_SINCE, MANAGED_VERSION } from './shapes.ts';

/** Of each of the policies, by its id, newest first. */
export async function versionsOfAll(
  db: Queryable,
  policies: readonly AnyPolicy[],
): Promise<ReadonlyMap<string, readonly PolicyVersion[]>> {
  const own = policies.flatMap(({ kind, policy }) => (kind === 'customer' ? [policy.id] : []));
  const ofAws = policies.flatMap(({ kind, policy }) => (kind === 'aws' ? [policy] : []));
  const only = (document: string): PolicyVersion[] => [
    { versionId: MANAGED_VERSION, document, createdAt: MANAGED_SINCE.getTime() },
  ];
  return new Map<string, readonly PolicyVersion[]>([
    ...Map.groupBy(await listPolicyVersions(db, own), ({ policyId }) => policyId),
    ...ofAws.map(({ id, document }): [string, PolicyVersion[]] => [id, only(document)]),
  ]);
}

/** Newest first. */
export async function versionsOf(db: Queryable, policy: AnyPolicy): Promise<readonly PolicyVersion[]> {
  return (await versionsOfAll(db, [policy])).get(policy.policy.id) ?? [];
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
