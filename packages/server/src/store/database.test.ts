import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('moments come back from the database as the integers that were stored', async () => {
  const account = {
    id: '111111111111',
    name: 'a',
    email: 'a@example.test',
    state: 'ACTIVE',
    created_at: 1_789_276_781_036,
  } as const;
  await database.db.insertInto('account').values(account).execute();
  await expect(database.db.selectFrom('account').selectAll().executeTakeFirst()).resolves.toEqual(account);
});

test('a statement is prepared once, under a name, however often it runs', async () => {
  const prepared = await database.db.connection().execute(async (connection) => {
    for (let times = 0; times < 3; times++) await connection.selectFrom('account').select('email').execute();
    return connection
      .selectFrom(sql<{ statement: string; calls: number }>`pg_prepared_statements`.as('prepared'))
      .select(sql<number>`(generic_plans + custom_plans)::int`.as('calls'))
      .where('statement', '=', 'select "email" from "account"')
      .execute();
  });
  expect(prepared).toEqual([{ calls: 3 }]);
});
