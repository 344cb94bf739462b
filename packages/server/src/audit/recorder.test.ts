import { type Clock, ManualClock, memoryLogger, systemClock, systemRandom } from '@holdfast/kernel';
import type { Refusal } from '@holdfast/wire';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../authorization/caller.ts';
import { sealerOf } from '../secrets/sealer.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { Anchor } from './anchor.ts';
import { sealNext } from './chain.ts';
import { Recorder } from './recorder.ts';
import { sealsUnder } from './seal.ts';

const LIMIT = 3;
const seals = sealsUnder(sealerOf(systemRandom.bytes(32)));
let database: TestDatabase;
let recorder: Recorder;
const recorderOf = (clock: Clock, gatheredMax?: number): Recorder => {
  const parts = {
    clock,
    random: systemRandom,
    log: memoryLogger(),
    db: database.db,
    seals,
    anchor: new Anchor(undefined),
  };
  const write = (rows: Parameters<typeof sealNext>[1]) => sealNext(parts, rows);
  return new Recorder({ ...parts, services: [], write, ...(gatheredMax !== undefined && { gatheredMax }) });
};
beforeAll(async () => {
  database = await testDatabase();
  recorder = recorderOf(systemClock, LIMIT);
});
afterAll(() => database[Symbol.asyncDispose]());

const refusal = (operation: string): Refusal<Caller> => ({
  requestId: 'r',
  sourceIp: '127.0.0.1',
  userAgent: 'test',
  service: 'backup',
  operation,
  error: new Error('refused'),
  code: 'Refused',
  message: 'refused',
});
const names = async (): Promise<string[]> =>
  (await database.db.selectFrom('audit_record').select('event_name').orderBy('event_name').execute()).map(
    ({ event_name: name }) => name,
  );

test('while records cannot be written, reads are refused, and what cannot be kept is counted; both end with it', async () => {
  await sql`alter table audit_seal rename to audit_seal_away`.execute(database.db);
  for (const name of ['A', 'B', 'C', 'D', 'E']) recorder.gatherRefusal(refusal(name));
  await expect(recorder.flush()).rejects.toThrow('audit_seal');
  expect(recorder.health()).toEqual({ waiting: LIMIT, chainIsCut: false });
  expect(() => recorder.admit()).toThrow(expect.objectContaining({ code: 'ServiceUnavailable' }));
  expect(await names()).toEqual([]);

  await sql`alter table audit_seal_away rename to audit_seal`.execute(database.db);
  await recorder.flush();
  expect(recorder.admit()).toBeUndefined();
  expect(await names()).toEqual(['A', 'B', 'C', 'RecordsOmitted']);
  const { record } = await database.db
    .selectFrom('audit_record')
    .select('record')
    .where('event_name', '=', 'RecordsOmitted')
    .executeTakeFirstOrThrow();
  expect(JSON.parse(record)).toMatchObject({ serviceEventDetails: { omitted: 2 }, eventSource: 'holdfast' });
});

test('what an unverified request calls itself is kept as a short name of plain characters', async () => {
  const claimed = { service: `x\u0000${'y'.repeat(200)}`, region: 'us\u{1F600}', accessKeyId: 'AKIA\n' };
  recorder.gatherRefusal({ ...refusal('\u0000'), service: claimed.service, claimed });
  await recorder.flush();
  const row = await database.db
    .selectFrom('audit_record')
    .selectAll()
    .where('event_name', '=', '?')
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ region: 'us??', access_key_id: 'AKIA?', account_id: null });
  expect(row.event_source).toMatch(/^x\?y+\.amazonaws\.com$/);
  expect(row.event_source.length).toBeLessThan(150);
});

test('who takes a role on by an identity provider is told to the account of the role', async () => {
  const RoleArn = 'arn:aws:iam::111122223333:role/Deploy';
  const invocation = {
    service: 'sts',
    operation: 'AssumeRoleWithWebIdentity',
    input: { RoleArn, WebIdentityToken: 'x' },
  };
  const output = {
    SubjectFromWebIdentityToken: 'repo:shop',
    Provider: 'https://idp.example.test',
    Audience: 'holdfast',
  };
  const origin = { requestId: 'r', sourceIp: '192.0.2.1', userAgent: 'pipeline' };
  await recorder.recordUnsigned({ ...invocation, ...origin }, 'eu-central-1', output);
  const row = await database.db
    .selectFrom('audit_record')
    .selectAll()
    .where('event_name', '=', 'AssumeRoleWithWebIdentity')
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ account_id: '111122223333', region: 'eu-central-1', username: 'repo:shop' });
  expect(JSON.parse(row.record)).toMatchObject({
    userIdentity: {
      type: 'WebIdentityUser',
      principalId: 'https://idp.example.test:holdfast:repo:shop',
      userName: 'repo:shop',
      identityProvider: 'https://idp.example.test',
    },
    sourceIPAddress: '192.0.2.1',
    resources: [{ ARN: RoleArn, accountId: '111122223333', type: 'AWS::IAM::Role' }],
  });
});

test('of requests that nobody signed well twenty a second are kept, and the others counted', async () => {
  const clock = new ManualClock(systemClock.now());
  const flooded = recorderOf(clock);
  for (let n = 0; n < 25; n++) flooded.gatherRefusal(refusal('Flood'));
  clock.advance(1_000);
  flooded.gatherRefusal(refusal('Flood'));
  await database.db.deleteFrom('audit_record').where('event_name', '=', 'RecordsOmitted').execute();
  await flooded.flush();
  expect((await names()).filter((name) => name === 'Flood')).toHaveLength(21);
  const { record } = await database.db
    .selectFrom('audit_record')
    .select('record')
    .where('event_name', '=', 'RecordsOmitted')
    .executeTakeFirstOrThrow();
  expect(JSON.parse(record)).toMatchObject({ serviceEventDetails: { omitted: 5 } });
});

test('what no column can hold is kept otherwise, and holds up no record', async () => {
  const output = { SubjectFromWebIdentityToken: 'a\u0000b\ud800', Provider: 'https://idp.example.test', Audience: 'x' };
  const RoleArn = 'arn:aws:iam::111122223333:role/\ud800';
  const invocation = { service: 'sts', operation: 'AssumeRoleWithWebIdentity', input: { RoleArn } };
  await recorder.recordUnsigned({ ...invocation, requestId: 'r', sourceIp: '::1', userAgent: '' }, 'us-east-1', output);
  const { mac, ...row } = await database.db
    .selectFrom('audit_record')
    .selectAll()
    .where('username', '=', 'a?b\ufffd')
    .executeTakeFirstOrThrow();
  expect(row.resource_names).toEqual([RoleArn.toWellFormed(), '\ufffd']);
  expect(seals.macOf(row)).toEqual(mac);
});

test('what is too long for an index is kept shortened', async () => {
  const noise = Buffer.from(systemRandom.bytes(6_000)).toString('hex');
  const RoleArn = `arn:aws:iam::111122223333:role/${noise}`;
  const output = { SubjectFromWebIdentityToken: noise, Provider: 'https://idp.example.test', Audience: 'x' };
  const invocation = { service: 'sts', operation: 'AssumeRoleWithWebIdentity', input: { RoleArn } };
  await recorder.recordUnsigned({ ...invocation, requestId: 'r', sourceIp: '::1', userAgent: '' }, noise, output);
  await sql`create index probe_user on audit_record (account_id, region, username, event_at, id)`.execute(database.db);
  await sql`create index probe_resources on audit_record using gin (resource_names)`.execute(database.db);
  const made = database.db.selectFrom('audit_record').select('username').where('username', '=', noise.slice(0, 256));
  expect(await made.execute()).toHaveLength(1);
});
