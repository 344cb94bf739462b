/**
 * The metadata of StartRestoreJob, made from the options of `holdfast restore`: AWS's keys by resource type, and
 * Holdfast's own
 * where AWS has none (`holdfast:path`, `holdfast:database`, `holdfast:server`).
 *
 * Source: backup spec 9.1. An option that means nothing for the type is refused, not ignored.
 */
import { UsageFailure } from '../output/failure.ts';

export interface RestoreWish {
  /** Directory: the new folder, absolute. */
  readonly to?: string;
  readonly item?: readonly string[];
  /** PostgreSQL: the new database. */
  readonly database?: string;
  /** PostgreSQL: identifier of a registered database on the server to use. */
  readonly server?: string;
  /** PostgreSQL: identifier of the resource that is made. */
  readonly identifier?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** @param known what the recovery point says of its source (GetRecoveryPointRestoreMetadata) */
export function restoreMetadata(
  resourceType: string,
  known: Readonly<Record<string, string>>,
  wish: RestoreWish,
): Record<string, string> {
  switch (resourceType) {
    case 'EFS':
      refuseOptions(resourceType, { database: wish.database, server: wish.server, identifier: wish.identifier });
      return { ...directoryMetadata(known, wish), ...wish.metadata };
    case 'RDS':
      refuseOptions(resourceType, { to: wish.to, item: wish.item });
      return { ...databaseMetadata(known, wish), ...wish.metadata };
    default:
      return { ...wish.metadata };
  }
}

/** Without a place of its own, into a new folder inside the file system, as EFS does it. */
function directoryMetadata(known: Readonly<Record<string, string>>, { to, item }: RestoreWish): Record<string, string> {
  const place: Record<string, string> =
    to === undefined
      ? { newFileSystem: 'false', 'file-system-id': known['file-system-id'] ?? '' }
      : { newFileSystem: 'true', 'holdfast:path': to };
  return item === undefined ? place : { ...place, ItemsToRestore: JSON.stringify(item) };
}

function databaseMetadata(
  known: Readonly<Record<string, string>>,
  { database, server, identifier }: RestoreWish,
): Record<string, string> {
  return {
    DBInstanceIdentifier: identifier ?? `${known['DBInstanceIdentifier'] ?? 'database'}-restored`,
    ...(database === undefined ? {} : { 'holdfast:database': database }),
    ...(server === undefined ? {} : { 'holdfast:server': server }),
  };
}

function refuseOptions(resourceType: string, options: Readonly<Record<string, unknown>>): void {
  const [given] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (given !== undefined)
    throw new UsageFailure(`--${given} has no meaning for a recovery point of type ${resourceType}.`);
}
