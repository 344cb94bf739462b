/** What databases and their resources may be called. */
import { formatArn } from '@holdfast/kernel';

/** Narrower than PostgreSQL's own rule: nothing that libpq would take for a connection string. */
const DATABASE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_$. -]{0,62}$/u;

export function databaseArn(accountId: string, region: string, identifier: string): string {
  return formatArn({ service: 'rds', region, accountId, resource: `db:${identifier}` });
}

export function identifierFault(value: string): string | undefined {
  const fits = /^[a-z][a-z0-9-]{0,62}$/.test(value) && !value.endsWith('-') && !value.includes('--');
  return fits ? undefined : 'be 1 to 63 of a-z, 0-9 and single -, begin with a letter and not end with -';
}

export function databaseFault(value: string): string | undefined {
  return DATABASE_NAME.test(value) ? undefined : 'be 1 to 63 letters, digits, _, $, ., space or -';
}
