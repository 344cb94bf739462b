/**
 * Registered resources: what can be backed up, by account and region. Secrets stay sealed here.
 *
 * Not here: which of them a selection takes (scheduler), how they are registered (services/cloudcontrol).
 */
import type { Instant } from '@holdfast/kernel';
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { ResourceRequestTable, ResourceTable } from './tables/resource.ts';

export type ResourceRow = Selectable<ResourceTable>;
export type ResourceRequestRow = Selectable<ResourceRequestTable>;

export function findResource(db: Queryable, arn: string): Promise<ResourceRow | undefined> {
  return db.selectFrom('resource').selectAll().where('arn', '=', arn).executeTakeFirst();
}

export interface ResourceKey {
  readonly accountId: string;
  readonly region: string;
  readonly typeName: string;
  readonly identifier: string;
}

export function findRegistration(db: Queryable, key: ResourceKey): Promise<ResourceRow | undefined> {
  return db
    .selectFrom('resource')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('type_name', '=', key.typeName)
    .where('identifier', '=', key.identifier)
    .executeTakeFirst();
}

/** By identifier, for the pages of ListResources. */
export function registrationsOf(
  db: Queryable,
  of: Omit<ResourceKey, 'identifier'>,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<ResourceRow[]> {
  let query = db
    .selectFrom('resource')
    .selectAll()
    .where('account_id', '=', of.accountId)
    .where('region', '=', of.region)
    .where('type_name', '=', of.typeName);
  if (page.after !== undefined) query = query.where('identifier', '>', page.after);
  return query.orderBy('identifier').limit(page.limit).execute();
}

export interface NewResource extends ResourceKey {
  readonly arn: string;
  readonly resourceType: string;
  readonly name?: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly secretsSealed: Buffer | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly now: Instant;
}

/** Undefined when the ARN or the identifier is taken. */
export function insertResource(tx: Tx, resource: NewResource): Promise<ResourceRow | undefined> {
  return tx
    .insertInto('resource')
    .values({
      arn: resource.arn,
      account_id: resource.accountId,
      region: resource.region,
      type_name: resource.typeName,
      resource_type: resource.resourceType,
      identifier: resource.identifier,
      name: resource.name ?? null,
      properties: { ...resource.properties },
      secrets_sealed: resource.secretsSealed ?? null,
      tags: { ...resource.tags },
      created_at: resource.now,
      updated_at: resource.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

export interface ResourceChange {
  readonly name: string | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly secretsSealed: Buffer | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly now: Instant;
}

export async function updateResource(tx: Tx, arn: string, change: ResourceChange): Promise<void> {
  await tx
    .updateTable('resource')
    .set({
      name: change.name ?? null,
      properties: { ...change.properties },
      secrets_sealed: change.secretsSealed ?? null,
      tags: { ...change.tags },
      updated_at: change.now,
    })
    .where('arn', '=', arn)
    .execute();
}

export async function deleteResource(tx: Tx, arn: string): Promise<void> {
  await tx.deleteFrom('resource').where('arn', '=', arn).execute();
}

export function insertResourceRequest(tx: Tx, request: ResourceRequestRow): Promise<unknown> {
  return tx.insertInto('resource_request').values(request).execute();
}

interface RequestOwner {
  readonly accountId: string;
  readonly region: string;
}

export function findResourceRequest(
  db: Queryable,
  { accountId, region }: RequestOwner,
  token: string,
): Promise<ResourceRequestRow | undefined> {
  return db
    .selectFrom('resource_request')
    .selectAll()
    .where('token', '=', token)
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .executeTakeFirst();
}

export function findRequestByClientToken(
  db: Queryable,
  { accountId, region }: RequestOwner,
  clientToken: string,
): Promise<ResourceRequestRow | undefined> {
  return db
    .selectFrom('resource_request')
    .selectAll()
    .where('client_token', '=', clientToken)
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .executeTakeFirst();
}

/** Newest first. */
export function listResourceRequests(
  db: Queryable,
  { accountId, region }: RequestOwner,
  page: {
    readonly operations?: readonly ResourceRequestRow['operation'][] | undefined;
    readonly statuses?: readonly string[] | undefined;
    readonly after?: { readonly createdAt: Instant; readonly token: string } | undefined;
    readonly limit: number;
  },
): Promise<ResourceRequestRow[]> {
  let query = db
    .selectFrom('resource_request')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region);
  if (page.operations) query = query.where('operation', 'in', [...page.operations]);
  if (page.statuses) query = query.where(sql<boolean>`status = any(${[...page.statuses]})`);
  if (page.after)
    query = query.where(sql<boolean>`(created_at, token) < (${page.after.createdAt}, ${page.after.token})`);
  return query.orderBy('created_at', 'desc').orderBy('token', 'desc').limit(page.limit).execute();
}
