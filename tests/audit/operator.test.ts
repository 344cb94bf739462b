/** `holdfast audit tail` and `export`: all accounts' records for the operator, and what the operator did himself. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { isoTime, MINUTE_MS, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditStreams } from '../../packages/server/src/operator/audit-streams.ts';
import { type OperatorDoor, openOperatorDoor } from '../../packages/server/src/operator/operator-door.ts';
import { type TestAccount, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { type Finished, holdfast } from '../e2e/program.ts';
import { allRecords, type EventRecord } from './cloud-trail.ts';

let server: TestServer;
let other: TestAccount;
let door: OperatorDoor;
beforeAll(async () => {
  server = await testServer();
  other = await server.createAccount('other');
  const places = { operatorSocket: `${server.folder}/operator.sock`, work: server.folder, auditMark: server.auditMark };
  door = await openOperatorDoor(server.installation, places, '1.2.3');
  await server.client(IAMClient).send(new CreateUserCommand({ UserName: 'alice' }));
  await server.client(IAMClient, other).send(new CreateUserCommand({ UserName: 'bob' }));
  await server
    .client(IAMClient)
    .send(new CreateUserCommand({ UserName: 'alice' }))
    .catch(() => undefined);
  await server.tick('audit');
});
afterAll(async () => {
  await door.close();
  await server[Symbol.asyncDispose]();
});

const audit = (...args: readonly string[]): Promise<Finished> =>
  holdfast(['audit', ...args, '--data', server.folder], { cwd: server.folder });
const recordsIn = (lines: string): EventRecord[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EventRecord);

test('tail shows the newest records, a line each: when, where, what, who, and how it ended', async () => {
  const { stdout, code } = await audit('tail', '-n', '2');
  const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
  const mine = server.management.accountId;
  expect(stdout).toMatch(
    new RegExp(
      `^${time} {2}${other.accountId} {2}us-east-1 {2}iam:CreateUser {2}user/admin {2}arn:aws:iam::${other.accountId}:user/bob\n` +
        `${time} {2}${mine} {2}us-east-1 {2}iam:CreateUser {2}user/admin {2}EntityAlreadyExistsException\n$`,
    ),
  );
  expect(code).toBe(0);
});

test('tail shows one account or one kind of event alone, as CloudTrail writes it', async () => {
  const { stdout } = await audit('tail', '--account', other.accountId, '--event-name', 'CreateUser', '--json');
  expect(recordsIn(stdout)).toMatchObject([{ eventName: 'CreateUser', recipientAccountId: other.accountId }]);
});

test('followed, it goes on with what is sealed from then on', async () => {
  const stream = auditStreams(server.installation, server.auditMark).get('GET /audit/tail');
  const stopping = new AbortController();
  const lines = stream?.(new URLSearchParams({ follow: 'true', lines: '1' }), stopping.signal)[Symbol.asyncIterator]();
  await lines?.next();
  const next = lines?.next();
  await server.client(IAMClient).send(new ListUsersCommand({ PathPrefix: '/followed/' }));
  await server.tick('audit');
  expect(JSON.parse((await next)?.value ?? '')).toMatchObject({ requestParameters: { pathPrefix: '/followed/' } });
  stopping.abort();
  expect((await lines?.next())?.value).toBe('{"end":true}');
});

test('export prints records of a time and an account, oldest first', async () => {
  const from = isoTime(systemClock.now() - MINUTE_MS * 10);
  const all = recordsIn((await audit('export', '--from', from)).stdout);
  expect(all).toEqual(await allRecords(server));
  const theirs = recordsIn((await audit('export', '--account', other.accountId)).stdout);
  expect(new Set(theirs.map(({ recipientAccountId }) => recipientAccountId))).toEqual(new Set([other.accountId]));
  expect((await audit('export', '--to', from)).stdout).toBe('');
});

test("export writes a file in CloudTrail's form, compressed by its name, and only whole", async () => {
  const { stdout } = await audit('export', '--format', 'cloudtrail', '-o', 'events.json.gz');
  expect(stdout).toMatch(/^events\.json\.gz: \d+ records\n$/);
  const { Records: records } = JSON.parse(
    gunzipSync(readFileSync(path.join(server.folder, 'events.json.gz'))).toString(),
  ) as {
    Records: EventRecord[];
  };
  expect(records).toEqual(await allRecords(server));
  const { stderr, code } = await audit('export', '-o', 'no/such/folder.json');
  expect(stderr).toContain('no/such/folder.json');
  expect(code).toBe(1);
});

test('an answer that is cut off is not taken for the whole', async () => {
  const folder = mkdtempSync(path.join(server.folder, 'cut-'));
  const halved = createServer((_request, response) => response.end('{"eventName":"A"}\n'));
  await new Promise<void>((resolve) => halved.listen(path.join(folder, 'operator.sock'), resolve));
  for (const args of [['verify'], ['export', '-o', path.join(folder, 'out')]]) {
    const { code, stderr } = await holdfast(['audit', ...args, '--data', folder]);
    expect(stderr).toContain('cut off before its end');
    expect(code).toBe(1);
  }
  await new Promise((resolve) => halved.close(resolve));
  rmSync(folder, { recursive: true });
});

test('a wrong question is refused with what is wrong', async () => {
  const wrong: readonly (readonly [args: readonly string[], message: string])[] = [
    [['tail', '--account', 'mine'], "'mine' is not an account's id."],
    [['export', '--from', 'yesterday'], "'yesterday' is no moment."],
    [['export', '--from', '2030-01-02', '--to', '2030-01-01'], '--from is after --to.'],
  ];
  const ends = await Promise.all(wrong.map(([args]) => audit(...args)));
  expect(ends.map(({ code }) => code)).toEqual(wrong.map(() => 2));
  for (const [place, [, message]] of wrong.entries()) expect(ends[place]?.stderr).toContain(message);
});

test('what the operator does by the door is on record in the account that it is about', async () => {
  const { stdout } = await holdfast([
    'account',
    'create',
    '--name',
    'shop',
    '--email',
    'shop@example.test',
    '--json',
    '--data',
    server.folder,
  ]);
  const [record] = (await allRecords(server)).filter(({ eventSource }) => eventSource === 'holdfast-operator');
  expect(record).toMatchObject({ eventName: 'PostAccounts', userIdentity: { type: 'Operator' } });
  expect(stdout).toContain(String(record?.recipientAccountId));
  expect(stdout).toContain('ecret');
  expect(JSON.stringify(record)).not.toMatch(/secret/i);
});

test('verify ends with 0 for an intact record, and with 1 for one that somebody touched, and names what', async () => {
  await server.tick('audit');
  const intact = await audit('verify');
  expect(intact.stdout).toMatch(/^intact {3}\d{4}-\d\d-\d\d {2}\d+ records\n\d+ sealed records: no problems\n$/);
  expect(intact.code).toBe(0);
  const { db } = server.installation;
  const { id } = await db.selectFrom('audit_record').select('id').orderBy('event_at').executeTakeFirstOrThrow();
  await db.deleteFrom('audit_record').where('id', '=', id).execute();
  const touched = await audit('verify');
  const day = String.raw`\d{4}-\d\d-\d\d`;
  expect(touched.stdout).toMatch(new RegExp(`^problem {2}${day} #1 {2}removed: the record ${id} of ${day}T`));
  expect(touched.stdout).toMatch(/: 1 problem\n$/);
  expect(touched.code).toBe(1);
});
