/** Tags of vaults, plans and recovery points, by ARN. Limits are the services' matter. */
import type { Queryable, Tx } from './database.ts';

export type Tags = Readonly<Record<string, string>>;

export async function tagsOf(db: Queryable, resourceArn: string): Promise<Record<string, string>> {
  const rows = await db
    .selectFrom('backup_tag')
    .select(['key', 'value'])
    .where('resource_arn', '=', resourceArn)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.key, row.value]));
}

/** By key, for pages of ListTags. */
export function listTags(
  db: Queryable,
  resourceArn: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ key: string; value: string }[]> {
  let query = db.selectFrom('backup_tag').select(['key', 'value']).where('resource_arn', '=', resourceArn);
  if (after !== undefined) query = query.where('key', '>', after);
  return query.orderBy('key').limit(limit).execute();
}

/** Adds tags; a key that is there gets the new value. */
export async function putTags(tx: Tx, accountId: string, resourceArn: string, tags: Tags): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({
    resource_arn: resourceArn,
    account_id: accountId,
    key,
    value,
  }));
  if (rows.length === 0) return;
  await tx
    .insertInto('backup_tag')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['resource_arn', 'key']).doUpdateSet((of) => ({ value: of.ref('excluded.value') })),
    )
    .execute();
}

export async function deleteTags(tx: Tx, resourceArn: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .deleteFrom('backup_tag')
    .where('resource_arn', '=', resourceArn)
    .where('key', 'in', [...keys])
    .execute();
}

/** For a thing that goes away. */
export async function deleteAllTags(tx: Tx, resourceArn: string): Promise<void> {
  await tx.deleteFrom('backup_tag').where('resource_arn', '=', resourceArn).execute();
}
