/**
 * A database's restore: into a new database, filled under a name of this job's own and renamed when complete.
 *
 * Metadata: `DBInstanceIdentifier` (required; the new resource), and Holdfast's own: `holdfast:database`, the new
 * database's name (default: the identifier); `holdfast:server`, the identifier of a registered database on whose
 * server, and with whose credentials, it is made (default: the source's); `holdfast:owners`, `keep` (default) or
 * `drop` who owns the objects. RDS's keys that a database of an existing server does not have are refused by name;
 * those that AWS says are without effect are accepted (backup spec 9.1). The comment on the database names the job:
 * by it, a later attempt knows what an earlier one left, also after the renaming.
 */
import { pipeline } from 'node:stream/promises';
import {
  ConnectorFailure,
  type KeptContents,
  type RestoreOrder,
  type RestorePlan,
  type RunProcess,
} from '@holdfast/connector-kit';
import { type Connection, connectionOf, environmentOf, socketsOf } from './connection.ts';
import { restoreFailure } from './failures.ts';
import { databaseArn, databaseFault, identifierFault } from './names.ts';

const HONOURED = new Set([
  'DBInstanceIdentifier',
  'holdfast:database',
  'holdfast:server',
  'holdfast:owners',
  'holdfast:source-database',
  'aws:backup:request-id',
]);
const WITHOUT_EFFECT = new Set(['EngineVersion', 'KmsKeyId', 'Encrypted', 'vpcId']);

interface Target {
  readonly identifier: string;
  readonly database: string;
  readonly connection: Connection;
  readonly owners: 'keep' | 'drop';
  /** On the database, from its making on. */
  readonly comment: string;
  /** The database's name until it is complete. */
  readonly unfinished: string;
}

export async function planDatabaseRestore(run: RunProcess, order: RestoreOrder): Promise<RestorePlan> {
  const target = await targetOf(order);
  return {
    targetArn: databaseArn(order.accountId, order.region, target.identifier),
    places: socketsOf(target.connection.host, target.connection.port),
    async execute(contents, signal) {
      await fill(run, target, contents, signal);
      const { host, port, username, sslMode, password } = target.connection;
      return {
        kind: 'new',
        identifier: target.identifier,
        name: target.database,
        properties: {
          DBInstanceIdentifier: target.identifier,
          Host: host,
          Port: port,
          Database: target.database,
          Username: username,
          SslMode: sslMode,
        },
        secrets: password === undefined ? {} : { Password: password },
      };
    },
    settled: () => Promise.resolve(),
  };
}

async function targetOf(order: RestoreOrder): Promise<Target> {
  const { metadata } = order;
  checkKeys(metadata);
  const identifier = metadata['DBInstanceIdentifier'];
  if (identifier === undefined) throw refused('DBInstanceIdentifier is missing: name the database resource to be made');
  const fault = identifierFault(identifier);
  if (fault !== undefined) throw refused(`DBInstanceIdentifier must ${fault}`);
  const database = metadata['holdfast:database'] ?? identifier;
  const databaseProblem = databaseFault(database);
  if (databaseProblem !== undefined) throw refused(`holdfast:database must ${databaseProblem}`);
  const server = metadata['holdfast:server'];
  const from = server === undefined ? order.source : await order.find(server);
  if (!from) throw refused(serverMissing(server));
  const existing = await order.find(identifier);
  // What this job registered itself would have been recorded together with its end.
  if (existing) throw refused(`DB instance ${identifier} already exists`);
  return {
    identifier,
    database,
    connection: { ...connectionOf(from), database: 'postgres' },
    owners: metadata['holdfast:owners'] === 'drop' ? 'drop' : 'keep',
    comment: `Restored by Holdfast, restore job ${order.jobId}`,
    unfinished: `holdfast_restore_${order.jobId.replaceAll('-', '')}`,
  };
}

function serverMissing(server: string | undefined): string {
  return server === undefined
    ? 'the source database is not registered any more: give holdfast:server, the DBInstanceIdentifier of a registered database on the server to use'
    : `holdfast:server names ${server}, which is not registered in this account and region`;
}

async function fill(run: RunProcess, target: Target, contents: KeptContents, signal: AbortSignal): Promise<void> {
  const found = await commentOf(run, target, target.database, signal);
  if (found === target.comment) return;
  if (found !== undefined) {
    const message = `The database ${target.database} exists on ${target.connection.host}:${target.connection.port}: give holdfast:database, the name of a new one.`;
    throw new ConnectorFailure(message, { category: 'INVALID_STATE' });
  }
  const name = { unfinished: target.unfinished, database: target.database, comment: target.comment };
  await sql(run, target, 'drop database if exists :"unfinished";', name, signal);
  await sql(run, target, 'create database :"unfinished" template template0;', name, signal);
  try {
    await load(run, target, contents, signal);
    await sql(run, target, `comment on database :"unfinished" is :'comment';`, name, signal);
    await sql(run, target, 'alter database :"unfinished" rename to :"database";', name, signal);
  } catch (error) {
    await sql(run, target, 'drop database if exists :"unfinished" with (force);', name, new AbortController().signal);
    throw error;
  }
}

async function load(run: RunProcess, target: Target, contents: KeptContents, signal: AbortSignal): Promise<void> {
  const owners = target.owners === 'drop' ? ['--no-owner', '--no-acl'] : [];
  const source = await contents.open(signal);
  const restore = run({
    command: ['pg_restore'],
    args: ['--exit-on-error', '--no-password', ...owners, `--dbname=${target.unfinished}`],
    env: environmentOf(target.connection),
    input: true,
    signal,
  });
  restore.stdout.resume();
  source.vouched.catch(() => undefined);
  const piped = await pipeline(source.bytes, restore.stdin).then(
    () => undefined,
    (error: unknown) => error,
  );
  const end = await restore.ended;
  source.bytes.destroy();
  if (end.exitCode !== 0) {
    // Half a dump makes pg_restore complain too: what broke the stream is then the reason.
    if (piped === undefined) await source.vouched;
    throw restoreFailure('pg_restore', { ...end, connection: target.connection });
  }
  await source.vouched;
}

/** The comment on a database; `''` when it has none, undefined when there is no such database. */
async function commentOf(
  run: RunProcess,
  target: Target,
  database: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = `select coalesce(shobj_description(oid, 'pg_database'), '') from pg_database where datname = :'database';`;
  const answer = await sql(run, target, query, { database }, signal);
  return answer === '' ? undefined : answer.replace(/\n$/, '');
}

/** Runs one statement; psql quotes the variables, `:"name"` as identifiers and `:'name'` as strings. */
async function sql(
  run: RunProcess,
  { connection }: Target,
  statement: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const child = run({
    command: ['psql'],
    args: [
      '--no-psqlrc',
      '--quiet',
      '--tuples-only',
      '--no-align',
      '--no-password',
      '--set=ON_ERROR_STOP=1',
      ...Object.entries(variables).map(([name, value]) => `--set=${name}=${value}`),
    ],
    env: { ...environmentOf(connection), PGDATABASE: connection.database },
    input: true,
    signal,
  });
  child.stdin.end(statement);
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk);
  const end = await child.ended;
  if (end.exitCode !== 0) throw restoreFailure('psql', { ...end, connection });
  return output;
}

function checkKeys(metadata: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (HONOURED.has(key) || WITHOUT_EFFECT.has(key)) continue;
    if (key !== 'Engine') throw refused(`${key} has no meaning for a database of an existing server; leave it out`);
    if (value !== 'postgres') throw refused(`Engine can only be postgres`);
  }
  const owners = metadata['holdfast:owners'];
  if (owners !== undefined && owners !== 'keep' && owners !== 'drop')
    throw refused('holdfast:owners must be keep or drop');
}

function refused(why: string): ConnectorFailure {
  return new ConnectorFailure(`Invalid restore metadata: ${why}.`, { category: 'UNSUPPORTED_OPERATION' });
}
