/**
 * PostgreSQL databases, as RDS instances: one registered resource is one database.
 *
 * Backed up by pg_dump in its custom format, uncompressed, so that restic finds again what did not change (engine
 * rules 13); restored by pg_restore into a new database of the same server, or of another registered one. Credentials
 * travel in the environment of the child alone: arguments are visible to every process on the host.
 * Not here: continuous backups; roles and tablespaces, which belong to the server and not to a database.
 */
import path from 'node:path';
import type { Connector, ResourceRef, RunProcess, Source } from '@holdfast/connector-kit';
import { connectionOf, environmentOf, socketsOf } from './connection.ts';
import { dumpFailure } from './failures.ts';
import { databaseArn, databaseFault, identifierFault } from './names.ts';
import { planDatabaseRestore } from './restore.ts';

export const TYPE_NAME = 'Holdfast::Database::PostgreSQL';
/** A dump that reads nothing for this long waits for a lock that does not come. */
const LOCK_WAIT_MS = 10 * 60_000;

export const postgres = (run: RunProcess): Connector => ({
  typeName: TYPE_NAME,
  resourceType: 'RDS',
  description: 'One database of a PostgreSQL server.',
  can: { restoreItems: false, restoreIntoExisting: false },
  roleActions: { backup: ['rds:CreateDBSnapshot'], restore: ['rds:RestoreDBInstanceFromDBSnapshot'] },
  identifierProperty: 'DBInstanceIdentifier',
  properties: {
    DBInstanceIdentifier: {
      type: 'string',
      required: true,
      createOnly: true,
      description: '1 to 63 of a-z, 0-9 and -, beginning with a letter.',
      fault: identifierFault,
    },
    Host: {
      type: 'string',
      required: true,
      description: 'Name or address of the server, or the absolute path of the folder with its socket.',
      fault: hostFault,
    },
    Port: { type: 'integer', min: 1, max: 65_535, default: 5432, description: 'Default: 5432.' },
    Database: {
      type: 'string',
      required: true,
      description: 'The database to keep.',
      fault: databaseFault,
    },
    Username: {
      type: 'string',
      required: true,
      description: 'Who reads it: a superuser, or a member of pg_read_all_data.',
    },
    Password: { type: 'string', secret: true, description: 'Sealed, never returned.' },
    SslMode: {
      type: 'string',
      values: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
      default: 'prefer',
      description: 'As in libpq. Default: prefer.',
    },
  },
  newIdentifier: () => undefined,
  arnOf: databaseArn,
  nameOf: (properties) => (typeof properties['Database'] === 'string' ? properties['Database'] : undefined),
  placesOf: ({ Host: host, Port: port }) => socketsOf(String(host), Number(port)),
  source: async (resource) => sourceOf(run, resource),
  restoreMetadata: (resource) => ({
    DBInstanceIdentifier: resource.identifier,
    Engine: 'postgres',
    'holdfast:source-database': connectionOf(resource).database,
  }),
  planRestore: (order) => planDatabaseRestore(run, order),
});

/**
 * libpq takes a list, separated by commas. The folder of a socket may have spaces in its path, a name may not. What
 * begins with @ is a socket without a file, of which nobody can say whose it is.
 */
function hostFault(value: string): string | undefined {
  const isFolder = value.startsWith('/');
  if ((isFolder ? /[,\n]/ : /[,\s]/).test(value)) return 'be one host';
  if (value.startsWith('@')) return 'be a name, an address or the absolute path of a folder, and no abstract socket';
  return isFolder && path.normalize(value) !== value ? 'be written without /./, /../ and //' : undefined;
}

function sourceOf(run: RunProcess, resource: ResourceRef): Source {
  const connection = connectionOf(resource);
  return {
    kind: 'stream',
    fileName: `${resource.identifier}.dump`,
    open(signal) {
      const dump = run({
        command: ['pg_dump'],
        args: ['--format=custom', '--compress=0', `--lock-wait-timeout=${LOCK_WAIT_MS}`, '--no-password'],
        env: { ...environmentOf(connection), PGDATABASE: connection.database },
        signal,
      });
      const vouched = dump.ended.then(({ exitCode, stopped, complaint }) => {
        if (exitCode !== 0) throw dumpFailure({ connection, exitCode, stopped, complaint });
      });
      vouched.catch(() => undefined);
      return { bytes: dump.stdout, vouched };
    },
  };
}
