/**
 * What pg_dump, pg_restore and psql complain about, in words for the reader of a job, and whether trying again may
 * help. Source: the programs' messages in versions 15 to 18, each tried in postgres.test.ts.
 */
import { ConnectorFailure, type Ended } from '@holdfast/connector-kit';
import type { Connection } from './connection.ts';

export interface ProgramEnd extends Ended {
  readonly connection: Connection;
}

const LINES_KEPT = 4;

export function dumpFailure(end: ProgramEnd): ConnectorFailure {
  return olderThanServer(end.complaint) ?? connectionFailure(end) ?? other('pg_dump', end);
}

export function restoreFailure(program: string, end: ProgramEnd): ConnectorFailure {
  return connectionFailure(end) ?? unsupportedArchive(end.complaint) ?? other(program, end);
}

function olderThanServer(complaint: string): ConnectorFailure | undefined {
  const versions = /server version: ([^\s;]+).*?pg_dump version: ([^\s;]+)/s.exec(complaint);
  if (!versions) return undefined;
  const [, server = '', dump = ''] = versions;
  const major = server.split('.')[0];
  const message =
    `pg_dump ${dump} is older than the database server (${server}) and cannot read it. ` +
    `Install the client programs of PostgreSQL ${major} (postgresql-client-${major}) or newer where the agent runs.`;
  return new ConnectorFailure(message, { category: 'UNSUPPORTED_OPERATION' });
}

function connectionFailure({ complaint, connection }: ProgramEnd): ConnectorFailure | undefined {
  const where = `${connection.host}:${connection.port}`;
  if (
    /password authentication failed|no password supplied|authentication failed|role ".*" does not exist/.test(complaint)
  ) {
    const message = `The database server ${where} does not let user ${connection.username} in: ${lastLines(complaint)}`;
    return new ConnectorFailure(message, { category: 'ACCESS_DENIED' });
  }
  if (/database ".*" does not exist/.test(complaint)) {
    const message = `The database ${connection.database} does not exist on ${where}.`;
    return new ConnectorFailure(message, { category: 'RESOURCE_NOT_FOUND' });
  }
  if (/could not translate host name/.test(complaint)) {
    const message = `The name of the database server ${connection.host} is not known: ${lastLines(complaint)}`;
    return new ConnectorFailure(message, { category: 'RESOURCE_NOT_FOUND', retryable: true });
  }
  if (
    /connection to server .* failed|could not connect|too many clients|the database system is|closed the connection|terminating connection/.test(
      complaint,
    )
  ) {
    const message = `The database server ${where} refuses or has cut the connection: ${lastLines(complaint)}`;
    return new ConnectorFailure(message, { category: 'INVALID_STATE', retryable: true });
  }
  return undefined;
}

function unsupportedArchive(complaint: string): ConnectorFailure | undefined {
  if (!/unsupported version \(.*\) in file header/.test(complaint)) return undefined;
  const message =
    'The dump was made by a newer pg_dump than the pg_restore where the agent runs: install the newer client programs.';
  return new ConnectorFailure(message, { category: 'UNSUPPORTED_OPERATION' });
}

function other(program: string, { exitCode, stopped, complaint }: ProgramEnd): ConnectorFailure {
  const how = stopped === undefined ? `failed (exit ${exitCode ?? 'by a signal'})` : 'was stopped';
  return new ConnectorFailure(`${program} ${how}: ${lastLines(complaint)}`, {
    category: 'MISCELLANEOUS',
    retryable: exitCode === null,
  });
}

function lastLines(complaint: string): string {
  return complaint
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-LINES_KEPT)
    .join('; ')
    .slice(0, 800);
}
