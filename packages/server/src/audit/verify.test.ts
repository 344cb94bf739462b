/** Whatever somebody who can write the database does to the record, `verify` finds it, and names day and place. */
import { IAMClient, ListUsersCommand, TagUserCommand } from '@aws-sdk/client-iam';
import { DAY_MS, ManualClock } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../testing/server.ts';
import { readMark } from './anchor.ts';
import { sealsUnder } from './seal.ts';
import { type Finding, verify } from './verify.ts';

const MIDNIGHT = Date.parse('2030-03-21T00:00:00Z');
const FIRST = '2030-03-20';
const SECOND = '2030-03-21';
const TABLES = ['audit_record', 'audit_seal', 'audit_pending', 'audit_day'];
const clock = new ManualClock(MIDNIGHT - 10_000);
let server: TestServer;

/** Two days, three blocks each, of two records: a change and a read. One change more is not sealed yet. */
beforeAll(async () => {
  server = await testServer({ clock });
  const iam = server.client(IAMClient);
  const change = () =>
    iam.send(new TagUserCommand({ UserName: 'admin', Tags: [{ Key: 'at', Value: `${clock.now()}` }] }));
  for (const day of [0, 1]) {
    clock.set(MIDNIGHT - 10_000 + day * DAY_MS);
    for (let block = 0; block < 3; block++) {
      await change();
      clock.advance(1_000);
      await iam.send(new ListUsersCommand({}));
      clock.advance(1_000);
      await server.tick('audit');
    }
    await server.tick('audit-days');
  }
  await change();
  for (const table of TABLES) await run(`create table kept_${table} as select * from ${table}`);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  for (const table of TABLES) {
    await run(`delete from ${table}`);
    await run(`insert into ${table} overriding system value select * from kept_${table}`);
  }
});

async function run(statement: string): Promise<void> {
  await sql.raw(statement).execute(server.installation.db);
}

async function findings(): Promise<Finding[]> {
  const { db, sealer } = server.installation;
  return Array.fromAsync(verify({ db, seals: sealsUnder(sealer), mark: readMark(server.auditMark) }));
}

/** `2030-03-20 #3 changed` */
async function problems(): Promise<string[]> {
  return (await findings()).flatMap((finding) => {
    if (finding.kind !== 'problem') return [];
    const what = finding.what.split(/[:,]/, 1)[0] ?? '';
    return [finding.sequence === undefined ? `${finding.day} ${what}` : `${finding.day} #${finding.sequence} ${what}`];
  });
}

test('a record that nobody touched is intact, day by day; what is not sealed yet is told as such', async () => {
  expect(await findings()).toEqual([
    { kind: 'day', day: FIRST, records: 6, problems: 0 },
    { kind: 'day', day: SECOND, records: 6, problems: 0 },
    { kind: 'end', records: 12, unsealed: 1, problems: 0 },
  ]);
});

const nth = (place: number): string => `(select id from audit_record order by event_at, id offset ${place} limit 1)`;
/** Of the n-th block from 1. */
const block = (number: number): string => `where number = ${number}`;

test.each<[done: string, statements: string[], found: string[]]>([
  ['the first record of all is removed', [`delete from audit_record where id = ${nth(0)}`], [`${FIRST} #1 removed`]],
  ['a record in the middle is removed', [`delete from audit_record where id = ${nth(3)}`], [`${FIRST} #4 removed`]],
  ['the last sealed record is removed', [`delete from audit_record where id = ${nth(11)}`], [`${SECOND} #6 removed`]],
  [
    'a whole partition is emptied',
    ['delete from audit_record_20300320'],
    [1, 2, 3, 4, 5, 6].map((n) => `${FIRST} #${n} removed`),
  ],
  [
    'a record says something else',
    [`update audit_record set record = replace(record, '"admin"', '"bob"') where id = ${nth(6)}`],
    [`${SECOND} #1 changed`],
  ],
  [
    'a record is hidden from its account',
    [`update audit_record set account_id = '111122223333' where id = ${nth(2)}`],
    [`${FIRST} #3 changed`],
  ],
  [
    'a record is found under another name',
    [`update audit_record set event_name = 'ListRoles' where id = ${nth(1)}`],
    [`${FIRST} #2 changed`],
  ],
  [
    'a record moves in time',
    [`update audit_record set event_at = event_at + 1 where id = ${nth(1)}`],
    [`${FIRST} #2 removed`, `${FIRST} added by nobody`],
  ],
  [
    'a record gets another code, as its place in the chain does',
    [
      `update audit_record set mac = sha256('x') where id = ${nth(2)}`,
      `update audit_seal set entries = overlay(entries placing sha256('x') from 25 for 32) ${block(2)}`,
    ],
    [`${FIRST} #3 changed`, `${FIRST} #3 changed`],
  ],
  [
    'a record is added',
    [
      'insert into audit_record select event_at, gen_random_uuid(), account_id, region, event_source, event_name, read_only, username, access_key_id, resource_types, resource_names, record, mac from audit_record order by event_at limit 1',
    ],
    [`${FIRST} added by nobody`],
  ],
  [
    'a record is added as if it waited to be sealed',
    [
      `insert into audit_record select event_at, '00000000-0000-4000-8000-000000000000', account_id, region, event_source, event_name, read_only, username, access_key_id, resource_types, resource_names, record, mac from audit_record order by event_at limit 1`,
      "insert into audit_pending (event_at, id, mac) select event_at, id, mac from audit_record where id = '00000000-0000-4000-8000-000000000000'",
    ],
    [`${FIRST} changed`],
  ],
  [
    'two records of a block change places',
    [
      `update audit_seal set entries = substring(entries from 57 for 56) || substring(entries from 1 for 56) ${block(5)}`,
    ],
    [`${SECOND} #3 changed`],
  ],
  [
    'a record goes with its place in the chain',
    [
      `delete from audit_record where id = ${nth(2)}`,
      `update audit_seal set entries = substring(entries from 57), record_count = 1 ${block(2)}`,
    ],
    [`${FIRST} #3 changed`, `${FIRST} #4 removed`],
  ],
  [
    'the first block goes with its records',
    [`delete from audit_record where id in (${nth(0)}, ${nth(1)})`, `delete from audit_seal ${block(1)}`],
    [`${FIRST} #1 removed`],
  ],
  [
    'a block in the middle goes with its records',
    [`delete from audit_record where id in (${nth(8)}, ${nth(9)})`, `delete from audit_seal ${block(5)}`],
    [`${SECOND} #3 removed`],
  ],
  [
    'the last block goes with its records',
    [`delete from audit_record where id in (${nth(10)}, ${nth(11)})`, `delete from audit_seal ${block(6)}`],
    [`${SECOND} the chain ends before the block that this server sealed last (6)`],
  ],
  [
    'everything is gone',
    TABLES.map((table) => `delete from ${table}`),
    [`${SECOND} the chain ends before the block that this server sealed last (6)`],
  ],
  [
    'two blocks change places',
    [
      'update audit_seal set number = number + 100 where number in (2, 3)',
      'update audit_seal set number = 105 - number where number in (102, 103)',
    ],
    [`${FIRST} #3 removed`, `${FIRST} #3 changed`, `${SECOND} #1 changed`],
  ],
  [
    'a day is passed off as dropped for its age',
    [
      'delete from audit_record_20300320',
      `insert into audit_day select '${FIRST}', number, 6, head, 0, sha256('x') from audit_seal where number = 3`,
      'delete from audit_seal where number <= 3',
    ],
    [`${FIRST} the note that the day was dropped for its age was not made by a server`],
  ],
  ['a record that waits is removed', [`delete from audit_record where id = ${nth(12)}`], [`${SECOND} removed`]],
  [
    'a record that waits is changed',
    [`update audit_record set record = '{}' where id = ${nth(12)}`],
    [`${SECOND} changed`],
  ],
])('%s: it is found', async (_done, statements, found) => {
  for (const statement of statements) await run(statement);
  expect(await problems()).toEqual(found);
});

// The last one: the server does not forget it.
test('a chain whose end was cut off is not passed off as whole by what is sealed afterwards', async () => {
  await run(`delete from audit_seal ${block(6)}`);
  await run(`delete from audit_record where id in (${nth(10)}, ${nth(11)})`);
  const before = readMark(server.auditMark);
  await server.client(IAMClient).send(new ListUsersCommand({}));
  await server.tick('audit');
  expect(await problems()).toEqual([`${SECOND} another chain than the one that this server sealed last (6)`]);
  expect(readMark(server.auditMark)).toEqual(before);
  expect(server.installation.audit.health()).toMatchObject({ chainIsCut: true });
  expect(server.events).toContainEqual(expect.objectContaining({ event: 'audit.chain-lacks-its-mark' }));
});
