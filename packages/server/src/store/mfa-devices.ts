/** MFA devices: registered in an account, then enabled for a user or the root. Seeds come in and go out sealed only. */
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { MfaDeviceTable } from './tables/sign-in.ts';

export type MfaDeviceRow = Selectable<MfaDeviceTable>;

export const mfaDeviceContext = (serialNumber: string): string => `mfa-device:${serialNumber}`;

export async function insertMfaDevice(tx: Tx, device: MfaDeviceRow): Promise<void> {
  await tx.insertInto('mfa_device').values(device).execute();
}

/** By its ARN, in an account. */
export function findMfaDevice(
  db: Queryable,
  accountId: string,
  serialNumber: string,
): Promise<MfaDeviceRow | undefined> {
  return db
    .selectFrom('mfa_device')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('serial_number', '=', serialNumber)
    .executeTakeFirst();
}

/** The same, held until the transaction ends: codes of one device are taken one after the other. */
export function lockMfaDevice(tx: Tx, serialNumber: string): Promise<MfaDeviceRow | undefined> {
  return tx
    .selectFrom('mfa_device')
    .selectAll()
    .where('serial_number', '=', serialNumber)
    .forUpdate()
    .executeTakeFirst();
}

/** Names are unique in an account whatever their letter case, and whatever their path. */
export async function isMfaDeviceName(db: Queryable, accountId: string, name: string): Promise<boolean> {
  const found = await db
    .selectFrom('mfa_device')
    .select('serial_number')
    .where('account_id', '=', accountId)
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
  return found !== undefined;
}

/** Assigned or not. */
export async function countMfaDevices(db: Queryable, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('mfa_device')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Those of a user, or of the root by its account's id; by serial number. */
export function listMfaDevicesOf(
  db: Queryable,
  principalId: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit?: number } = {},
): Promise<MfaDeviceRow[]> {
  return db
    .selectFrom('mfa_device')
    .selectAll()
    .where('principal_id', '=', principalId)
    .$if(after !== undefined, (query) => query.where('serial_number', '>', after ?? ''))
    .orderBy('serial_number')
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
}

export interface MfaDeviceList {
  readonly accountId: string;
  /** Undefined: both. */
  readonly assigned: boolean | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** All of an account, by serial number. */
export function listMfaDevices(
  db: Queryable,
  { accountId, assigned, after, limit }: MfaDeviceList,
): Promise<MfaDeviceRow[]> {
  return db
    .selectFrom('mfa_device')
    .selectAll()
    .where('account_id', '=', accountId)
    .$if(assigned !== undefined, (query) => query.where('principal_id', assigned ? 'is not' : 'is', null))
    .$if(after !== undefined, (query) => query.where('serial_number', '>', after ?? ''))
    .orderBy('serial_number')
    .limit(limit)
    .execute();
}

type Change = Partial<Pick<MfaDeviceRow, 'principal_id' | 'user_id' | 'enabled_at' | 'drift_steps' | 'last_step'>>;

export async function updateMfaDevice(tx: Tx, serialNumber: string, change: Change): Promise<void> {
  await tx.updateTable('mfa_device').set(change).where('serial_number', '=', serialNumber).execute();
}

export async function deleteMfaDevice(tx: Tx, serialNumber: string): Promise<void> {
  await tx.deleteFrom('mfa_device').where('serial_number', '=', serialNumber).execute();
}
