/**
 * How a registered database is reached, and as libpq's environment.
 */
import path from 'node:path';
import type { ResourceRef } from '@holdfast/connector-kit';

export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly sslMode: string;
}

const CONNECT_TIMEOUT_SECONDS = '15';

export function connectionOf({ properties, secrets }: ResourceRef): Connection {
  return {
    host: String(properties['Host']),
    port: Number(properties['Port']),
    database: String(properties['Database']),
    username: String(properties['Username']),
    password: secrets['Password'],
    sslMode: String(properties['SslMode']),
  };
}

/** The socket that libpq opens, when the host is a folder: itself, since a link may stand in its place. */
export function socketsOf(host: string, port: number): readonly string[] {
  return host.startsWith('/') ? [path.join(host, `.s.PGSQL.${port}`)] : [];
}

export function environmentOf(connection: Connection): Record<string, string> {
  return {
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.username,
    PGSSLMODE: connection.sslMode,
    PGCONNECT_TIMEOUT: CONNECT_TIMEOUT_SECONDS,
    PGAPPNAME: 'holdfast',
    // The home of whoever runs Holdfast may hold passwords that are none of this account's.
    PGPASSFILE: '/dev/null',
    PGSERVICEFILE: '/dev/null',
    ...(connection.password === undefined ? {} : { PGPASSWORD: connection.password }),
  };
}
