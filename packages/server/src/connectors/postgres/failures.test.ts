import { expect, test } from 'vitest';
import { dumpFailure } from './failures.ts';

test('a pg_dump older than its server is told with both versions and what to install', () => {
  const connection = {
    host: 'db.example.test',
    port: 5432,
    database: 'shop',
    username: 'backup',
    password: undefined,
    sslMode: 'prefer',
  };
  const complaint =
    'pg_dump: error: aborting because of server version mismatch\n' +
    'pg_dump: detail: server version: 18.4; pg_dump version: 15.14 (Debian 15.14-0+deb12u1)';
  const failure = dumpFailure({ connection, exitCode: 1, stopped: undefined, complaint });
  expect(failure.message).toMatch(/^pg_dump 15\.14 is older than the database server \(18\.4\) .*postgresql-client-18/);
});
