/**
 * Tags of roots, organizational units, accounts and policies, by the resource's id.
 * Source: organizations spec 10.
 */
import type { Queryable, Tx } from './database.ts';
import type { Keyset } from './organizations-tree.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export async function listTags(
  db: Queryable,
  organizationId: string,
  resourceId: string,
  { after, limit }: Keyset,
): Promise<Tag[]> {
  let query = db
    .selectFrom('organization_tag')
    .select(['key', 'value'])
    .where('resource_id', '=', resourceId)
    .where('organization_id', '=', organizationId);
  if (after !== undefined) query = query.where('key', '>', after);
  return query.orderBy('key').limit(limit).execute();
}

/** All tags of a resource: there are at most fifty. */
export async function tagsOf(db: Queryable, organizationId: string, resourceId: string): Promise<Tag[]> {
  return listTags(db, organizationId, resourceId, { after: undefined, limit: 1_000 });
}

/** Writes the tags over those of the same keys; returns how many the resource then has. */
export async function putTags(
  tx: Tx,
  organizationId: string,
  resourceId: string,
  tags: readonly Tag[],
): Promise<number> {
  if (tags.length > 0) {
    await tx
      .insertInto('organization_tag')
      .values(tags.map(({ key, value }) => ({ resource_id: resourceId, organization_id: organizationId, key, value })))
      .onConflict((conflict) =>
        conflict.columns(['resource_id', 'key']).doUpdateSet((excluded) => ({ value: excluded.ref('excluded.value') })),
      )
      .execute();
  }
  const { count } = await tx
    .selectFrom('organization_tag')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('resource_id', '=', resourceId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Keys that are not there are no matter. */
export async function removeTags(tx: Tx, resourceId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.deleteFrom('organization_tag').where('resource_id', '=', resourceId).where('key', 'in', keys).execute();
}

export async function removeAllTags(tx: Tx, resourceId: string): Promise<void> {
  await tx.deleteFrom('organization_tag').where('resource_id', '=', resourceId).execute();
}
