/** Records live in a partition a day and go with it; the chain goes on from what is gone. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { IAMClient, TagUserCommand } from '@aws-sdk/client-iam';
import { DAY_MS, ManualClock } from '@holdfast/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePartition, partitionedDays } from '../store/audit-partitions.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { readMark } from './anchor.ts';
import { sealsUnder, startOfDay } from './seal.ts';
import { type Finding, verify } from './verify.ts';

const START = Date.parse('2030-03-20T12:00:00Z');
const RETENTION_DAYS = 3;
const clock = new ManualClock(START);
let server: TestServer;
beforeAll(async () => {
  server = await testServer({ clock, settings: { auditRetentionDays: RETENTION_DAYS } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** A day of a server: a change, its seal, and what the rooms do. */
async function day(): Promise<void> {
  const Tags = [{ Key: 'at', Value: String(clock.now()) }];
  await server.client(IAMClient).send(new TagUserCommand({ UserName: 'admin', Tags }));
  await server.tick('audit');
  await server.tick('jobs');
  await server.tick('audit-days');
  clock.advance(DAY_MS);
}
const days = () => partitionedDays(server.installation.db);
async function findings(): Promise<Finding[]> {
  const { db, sealer } = server.installation;
  return Array.fromAsync(verify({ db, seals: sealsUnder(sealer), mark: readMark(server.auditMark) }));
}
async function unpartitioned(): Promise<number> {
  const { rows } = await sql`select from audit_record_other`.execute(server.installation.db);
  return rows.length;
}

test('partitions are made ahead, and take what came before them', async () => {
  await day();
  expect(await days()).toEqual(['2030-03-20', '2030-03-21', '2030-03-22']);
  expect(await unpartitioned()).toBe(0);
});

test('a day that is over gets the indices for searching, the day that lasts does without', async () => {
  await day();
  const { db } = server.installation;
  const indices = async (table: string): Promise<number> => {
    const { rows } = await sql`select from pg_indexes where tablename = ${table}`.execute(db);
    return rows.length;
  };
  expect(await indices('audit_record_20300320')).toBeGreaterThan(await indices('audit_record_20300321'));
});

test('days older than the setting go whole, and the record stays intact', async () => {
  for (let more = 0; more < RETENTION_DAYS; more++) await day();
  const kept = await days();
  expect(kept[0]).toBe('2030-03-21');
  expect(await findings()).toEqual([
    { kind: 'aged-out', days: 1, upTo: '2030-03-20' },
    ...Array.from({ length: RETENTION_DAYS + 1 }, (_, n) => ({
      kind: 'day',
      day: new Date(START + (n + 1) * DAY_MS).toISOString().slice(0, 10),
      records: 1,
      problems: 0,
    })),
    { kind: 'end', records: RETENTION_DAYS + 1, unsealed: 0, problems: 0 },
  ]);
  const { Events: events = [] } = await server.client(CloudTrailClient).send(new LookupEventsCommand({}));
  expect(events.at(-1)?.EventTime).toEqual(new Date(START + DAY_MS));
});

test('a day that came back by a clock that was set back goes again', async () => {
  const long = '2030-01-01';
  for (const time of ['once', 'again']) {
    await makePartition(server.installation.db, long, startOfDay(long), startOfDay('2030-01-02'));
    await server.tick('jobs');
    await server.tick('audit-days');
    expect(await days(), time).not.toContain(long);
  }
  expect((await findings()).at(-1)).toEqual(expect.objectContaining({ problems: 0 }));
});

test('a clock that jumped ahead makes nothing go, and what is recorded meanwhile is kept', async () => {
  const before = await days();
  clock.advance(400 * DAY_MS);
  await server
    .client(IAMClient)
    .send(new TagUserCommand({ UserName: 'admin', Tags: [{ Key: 'far', Value: 'ahead' }] }));
  await server.tick('audit');
  await server.tick('audit-days');
  expect(await days()).toEqual(expect.arrayContaining(before));
  clock.advance(-400 * DAY_MS);
  expect((await findings()).at(-1)).toEqual(expect.objectContaining({ problems: 0 }));
});
