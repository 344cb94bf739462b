/** Every kind of difference between two databases is seen; equal ones are equal. On the demo's own data. */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { compareDatabases } from './compare-databases.ts';

const ROWS = readFileSync(new URL('database.sql', import.meta.url), 'utf8').replaceAll(':seed', "'shop'");
const NAMES = ['demo_original', 'demo_restored'] as const;

let admin: pg.Client;
let original: pg.Client;
let restored: pg.Client;

beforeAll(async () => {
  admin = await connected('postgres');
  const [first, second] = NAMES;
  await admin.query(`create database ${first}`);
  original = await connected(first);
  await original.query(ROWS);
  await original.end();
  await admin.query(`create database ${second} template ${first}`);
  [original, restored] = [await connected(first), await connected(second)];
});
afterAll(async () => {
  await Promise.all([original.end(), restored.end()]);
  for (const name of NAMES) await admin.query(`drop database ${name}`);
  await admin.end();
});

async function connected(database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: inject('clusterUrl').replace('/postgres?', `/${database}?`) });
  await client.connect();
  return client;
}

test('a copy is equal, and the demo’s data is as large as it promises', async () => {
  const result = await compareDatabases(original, restored);
  expect(result.differences).toEqual([]);
  expect(result.rows).toBeGreaterThan(200_000);
  expect(result.tables).toBeGreaterThan(6);
});

/** Each touches something of its own, so that one comparison shows them all. */
const CHANGES: readonly [what: string, change: string, expected: RegExp][] = [
  ['one changed value', "update extreme set text_value = 'x' where id = 2", /^table public\.extreme: rows differ$/m],
  ['null, not an empty text', 'update customer set note = null where id = 1', /^table public\.customer: rows differ$/m],
  [
    'a missing row',
    'delete from purchase_line where purchase_id = 1 and line = 1',
    /purchase_line had 120000 rows, has 119999$/m,
  ],
  ['a row twice', 'insert into event select * from event limit 1', /^table public\.event had 30000 rows, has 30001$/m],
  ['a table more', 'create table extra ()', /^table public\.extra was not there before$/m],
  ['another type', 'alter table purchase alter labels type varchar(99)[]', /^lost: column purchase\.labels text\[\]/m],
  ['a lost index', 'drop index purchase_by_customer', /^lost: index CREATE INDEX purchase_by_customer/m],
  [
    'a lost constraint',
    'alter table purchase_line drop constraint purchase_line_sku_fkey',
    /^lost: constraint purchase_line/m,
  ],
  ['a sequence that starts again', "select setval('ticket', 1000)", /^lost: sequence ticket 123456$/m],
  [
    'a lost view, and a table less',
    'drop view spent cascade',
    /^table public\.best_customer is missing$[\s\S]*^lost: view spent/m,
  ],
  ['a lost comment', 'comment on table customer is null', /^lost: comment customer/m],
];

test('every kind of change is a difference', async () => {
  for (const [, change] of CHANGES) await restored.query(change);
  const found = (await compareDatabases(original, restored)).differences.join('\n');
  for (const [what, , expected] of CHANGES) expect(found, what).toMatch(expected);
});
