/** A database of its own, made from the migrated template; dropped when disposed. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type OpenDatabase, openDatabase } from '../store/database.ts';
import { TEMPLATE } from './cluster.ts';

export interface TestDatabase extends OpenDatabase, AsyncDisposable {
  readonly url: string;
}

/** @param clusterUrl Default: the one that vitest's global set-up started. */
export async function testDatabase(clusterUrl: string = inject('clusterUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(clusterUrl, `create database ${name} template ${TEMPLATE}`);
  const url = clusterUrl.replace('/postgres?', `/${name}?`);
  const open = openDatabase({
    url,
    onIdleError: (error) => {
      throw error;
    },
  });
  return {
    ...open,
    url,
    async [Symbol.asyncDispose]() {
      await open.close();
      await asAdmin(clusterUrl, `drop database ${name}`);
    },
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
