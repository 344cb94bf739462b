/**
 * Records of events: written, looked up, read in the order of time.
 *
 * A record is written once and never changed. Not here: what a record says (audit/), the chain over them
 * (audit-chain.ts), partitions and age (audit-partitions.ts).
 */
import type { Instant } from '@holdfast/kernel';
import { CompiledQuery, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { AuditRecordTable } from './tables/audit.ts';

export type AuditRow = Selectable<AuditRecordTable>;
/** A record before its code is made. */
export type AuditRowContent = Omit<AuditRow, 'mac'>;

const COLUMNS =
  'event_at, id, account_id, region, event_source, event_name, read_only, username, access_key_id, resource_types, ' +
  'resource_names, record, mac';
const INSERT_ONE = `
  with made as (
    insert into audit_record (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    returning event_at, id, mac
  )
  insert into audit_pending (event_at, id, mac) select event_at, id, mac from made`;
/**
 * Lists in lists come as JSON: an array of arrays would have to be a rectangle. Records, which hold no line breaks,
 * come as lines: as elements of an array each of their quotes would have to be escaped.
 */
const INSERT_MANY = `
  insert into audit_record (${COLUMNS})
  select event_at, id, account_id, region, event_source, event_name, read_only, username, access_key_id,
    case when types is not null then array(select jsonb_array_elements_text(types::jsonb)) end,
    case when names is not null then array(select jsonb_array_elements_text(names::jsonb)) end, record, mac
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
      $9::text[], $10::text[], $11::text[], string_to_array($12::text, E'\\n'), $13::bytea[])
    as made (event_at, id, account_id, region, event_source, event_name, read_only, username, access_key_id, types,
      names, record, mac)`;

/** In the transaction of what it tells of; it waits to be sealed. */
export async function insertPendingRecord(tx: Tx, row: AuditRow): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(INSERT_ONE, valuesOf(row)));
}

/** For who seals them in the same transaction. */
export async function insertRecords(tx: Tx, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  const lists = (of: 'resource_types' | 'resource_names') =>
    rows.map(({ [of]: list }) => (list === null ? null : JSON.stringify(list)));
  await tx.executeQuery(
    CompiledQuery.raw(INSERT_MANY, [
      rows.map((row) => row.event_at),
      rows.map((row) => row.id),
      rows.map((row) => row.account_id),
      rows.map((row) => row.region),
      rows.map((row) => row.event_source),
      rows.map((row) => row.event_name),
      rows.map((row) => row.read_only),
      rows.map((row) => row.username),
      rows.map((row) => row.access_key_id),
      lists('resource_types'),
      lists('resource_names'),
      rows.map((row) => row.record).join('\n'),
      rows.map((row) => row.mac),
    ]),
  );
}

function valuesOf(row: AuditRow): unknown[] {
  return [
    row.event_at,
    row.id,
    row.account_id,
    row.region,
    row.event_source,
    row.event_name,
    row.read_only,
    row.username,
    row.access_key_id,
    row.resource_types,
    row.resource_names,
    row.record,
    row.mac,
  ];
}

/** What LookupEvents may ask for; what is absent does not matter. */
export interface AuditFilter {
  readonly eventId?: string;
  readonly eventName?: string;
  readonly eventSource?: string;
  readonly readOnly?: boolean;
  readonly username?: string;
  readonly accessKeyId?: string;
  readonly resourceType?: string;
  readonly resourceName?: string;
}

export interface AuditLookup {
  readonly accountId: string;
  readonly region: string;
  readonly from: Instant;
  /** Included. */
  readonly to: Instant;
  readonly filter: AuditFilter;
  readonly after: AuditPlace | undefined;
  readonly limit: number;
}

/** A record's place in the order of time. */
export type AuditPlace = Pick<AuditRow, 'event_at' | 'id'>;

/** Newest first. */
export function lookUpRecords(db: Queryable, lookup: AuditLookup): Promise<AuditRow[]> {
  const { accountId, region, from, to, filter, after, limit } = lookup;
  const { eventId, eventName, eventSource, readOnly, username, accessKeyId, resourceType, resourceName } = filter;
  let query = db
    .selectFrom('audit_record')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('event_at', '>=', from)
    .where('event_at', '<=', to)
    .orderBy('event_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (eventId !== undefined) query = query.where('id', '=', eventId);
  if (eventName !== undefined) query = query.where('event_name', '=', eventName);
  if (eventSource !== undefined) query = query.where('event_source', '=', eventSource);
  if (readOnly !== undefined) query = query.where('read_only', '=', readOnly);
  if (username !== undefined) query = query.where('username', '=', username);
  if (accessKeyId !== undefined) query = query.where('access_key_id', '=', accessKeyId);
  if (resourceType !== undefined) query = query.where(sql<boolean>`resource_types @> array[${resourceType}]`);
  if (resourceName !== undefined) query = query.where(sql<boolean>`resource_names @> array[${resourceName}]`);
  if (after) query = query.where(sql<boolean>`(event_at, id) < (${after.event_at}, ${after.id}::uuid)`);
  return query.execute();
}

export interface AuditRange {
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  readonly accountId: string | undefined;
}

/** Oldest first, of one account or of all. */
export function readRecords(
  db: Queryable,
  { from, to, accountId }: AuditRange,
  after: AuditPlace | undefined,
  limit: number,
): Promise<Pick<AuditRow, 'event_at' | 'id' | 'record'>[]> {
  let query = db
    .selectFrom('audit_record')
    .select(['event_at', 'id', 'record'])
    .where('event_at', '>=', after?.event_at ?? from)
    .where('event_at', '<', to)
    .orderBy('event_at')
    .orderBy('id')
    .limit(limit);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (after) query = query.where(sql<boolean>`(event_at, id) > (${after.event_at}, ${after.id}::uuid)`);
  return query.execute();
}

/** The newest, in the order of time. */
export async function newestRecords(
  db: Queryable,
  { accountId, eventName }: { readonly accountId: string | undefined; readonly eventName: string | undefined },
  limit: number,
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit_record').selectAll().orderBy('event_at', 'desc').orderBy('id', 'desc').limit(limit);
  if (accountId !== undefined) query = query.where('account_id', '=', accountId);
  if (eventName !== undefined) query = query.where('event_name', '=', eventName);
  return (await query.execute()).reverse();
}

/** Those of `places` that there are, in no order. */
export async function findRecords(db: Queryable, places: readonly AuditPlace[]): Promise<AuditRow[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<AuditRow>`
    select record.* from unnest(${places.map((place) => place.event_at)}::bigint[],
      ${places.map((place) => place.id)}::uuid[]) as place (event_at, id)
    join audit_record record using (event_at, id)`.execute(db);
  return rows;
}

/** Accounts of access keys, those of deleted keys and sessions missing. */
export async function accountsOfKeys(db: Queryable, keyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keyIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; account_id: string }>`
    select id, account_id from access_key where id = any(${keyIds})
    union all select access_key_id, account_id from iam_session where access_key_id = any(${keyIds})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.account_id]));
}
