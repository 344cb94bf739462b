import type { Invocation, Service } from '@holdfast/wire';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Question } from '../authorization/authorizer.ts';
import type { Caller } from '../authorization/caller.ts';
import type { Wakeable } from '../background.ts';
import type { Installation } from '../installation.ts';
import { NO_CONTROLS } from '../store/account-place.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { dispatcher, type ServiceOfOperations } from './dispatch.ts';
import { type Authorization, type Call, operation, operationWithEffects, readingOperation } from './operation.ts';

let server: TestServer;
let caller: Caller;
let woken: Wakeable[] = [];
let installation: Installation;

beforeAll(async () => {
  server = await testServer();
  const { accountId, credentials } = server.management;
  const admin = await server.installation.db.selectFrom('iam_user').selectAll().executeTakeFirstOrThrow();
  const arn = `arn:aws:iam::${accountId}:user/admin`;
  caller = { kind: 'user', accountId, arn, userId: admin.id, accessKeyId: credentials.accessKeyId, userName: 'admin' };
  installation = { ...server.installation, wake: (what) => woken.push(what) };
  await sql`create table counter (name text primary key, value integer not null)`.execute(installation.db);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  woken = [];
});

const invocation = (service: string, input: unknown = {}): Invocation<Caller> => ({
  service,
  operation: 'Try',
  input,
  region: 'eu-central-1',
  identity: caller,
  requestId: 'r-1',
  sourceIp: '127.0.0.1',
  userAgent: 'test',
});

const TRY = [9, 'test', 'Try'] as const;
type Handle = (input: object, call: Call) => Promise<unknown>;

/** A service with one operation; the wire layer's half of it is not needed here. */
function serviceOf(name: string, only: unknown): ServiceOfOperations {
  return { name, handlers: new Map([['Try', only]]) } as unknown as Service as ServiceOfOperations;
}
const carryOut = (handle: Handle, authorization?: Authorization<object>, parts: Partial<Installation> = {}) =>
  dispatcher({ ...installation, ...parts }, [serviceOf('backup', operation(TRY, handle, authorization))])(
    invocation('backup'),
  );

/** An authorizer that remembers what it was asked, and allows all but `refused`. */
function asking(refused?: string): { asked: Question[]; authorizer: Installation['authorizer'] } {
  const asked: Question[] = [];
  return {
    asked,
    authorizer: {
      ...installation.authorizer,
      decide: async (_db, _caller, question) => {
        asked.push(question);
        return question.resource === refused ? { allowed: false, because: 'because so' } : { allowed: true };
      },
    },
  };
}

test('the caller is asked about every resource, with the conditions of operation and request', async () => {
  const { asked, authorizer } = asking();
  const authorization = () => ({ resources: ['arn:1', 'arn:2'], conditions: { 'backup:index': ['x'] } });
  await carryOut(async () => ({}), authorization, { authorizer });
  expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
    ['backup:Try', 'arn:1'],
    ['backup:Try', 'arn:2'],
  ]);
  expect(asked[0]?.context).toMatchObject({
    'backup:index': ['x'],
    'aws:sourceip': ['127.0.0.1'],
    'aws:requestedregion': ['eu-central-1'],
  });
});

test('one refused resource refuses the whole, before the handler runs', async () => {
  const { authorizer } = asking('arn:2');
  let handled = false;
  const handle = async () => {
    handled = true;
    return {};
  };
  await expect(carryOut(handle, () => ({ resources: ['arn:1', 'arn:2'] }), { authorizer })).rejects.toMatchObject({
    code: 'AccessDeniedException',
    httpStatus: 403,
    message: `User: ${caller.arn} is not authorized to perform: backup:Try on resource: arn:2 because so`,
  });
  expect(handled).toBe(false);
});

test('Organizations refuses in its own words, Cloud Control under its action prefix', async () => {
  const { asked, authorizer } = asking('*');
  const refused = (name: string) =>
    dispatcher({ ...installation, authorizer }, [
      serviceOf(
        name,
        operation(TRY, async () => ({})),
      ),
    ])(invocation(name));
  await expect(refused('organizations')).rejects.toThrow("You don't have permissions to access this resource.");
  await expect(refused('cloudcontrolapi')).rejects.toThrow('cloudformation:Try');
  expect(asked.map(({ action }) => action)).toEqual(['organizations:Try', 'cloudformation:Try']);
});

test('tags of the request are condition keys, however the service spells them', async () => {
  const { asked, authorizer } = asking();
  const ask = async (input: object) => {
    const only = serviceOf(
      'backup',
      operation(TRY, async () => ({})),
    );
    await dispatcher({ ...installation, authorizer }, [only])(invocation('backup', input));
    return asked.at(-1)?.context;
  };
  const expected = { 'aws:requesttag/team': ['a'], 'aws:tagkeys': ['Team'] };
  expect(await ask({ Tags: [{ Key: 'Team', Value: 'a' }] })).toMatchObject(expected);
  expect(await ask({ BackupVaultTags: { Team: 'a' } })).toMatchObject(expected);
  expect(await ask({ TagKeyList: ['Team'] })).toMatchObject({ 'aws:tagkeys': ['Team'] });
  expect(await ask({ Name: 'x' })).not.toHaveProperty('aws:tagkeys');
});

test('what a handler did is gone when it fails, and nobody is woken', async () => {
  const handle: Handle = async (_input, { tx, wakeAfterCommit }) => {
    await sql`insert into counter values ('lost', 1)`.execute(tx);
    wakeAfterCommit('jobs');
    throw new Error('after the insert');
  };
  await expect(carryOut(handle)).rejects.toThrow('after the insert');
  const { rows } = await sql`select 1 from counter where name = 'lost'`.execute(installation.db);
  expect(rows).toEqual([]);
  expect(woken).toEqual([]);
});

test('rooms are woken once each, after the commit', async () => {
  const handle: Handle = async (_input, { wakeAfterCommit }) => {
    wakeAfterCommit('publisher');
    wakeAfterCommit('publisher');
    expect(woken).toEqual([]);
    return {};
  };
  await carryOut(handle);
  expect(woken).toEqual(['publisher']);
});

test('transactions that collide are tried again: each of them counts', async () => {
  await sql`insert into counter values ('busy', 0)`.execute(installation.db);
  const handle: Handle = async (_input, { tx }) => {
    await sql`set transaction isolation level repeatable read`.execute(tx);
    const { rows } = await sql<{ value: number }>`select value from counter where name = 'busy'`.execute(tx);
    await sql`update counter set value = ${(rows[0]?.value ?? 0) + 1} where name = 'busy'`.execute(tx);
    return {};
  };
  const authorization = () => ({ resources: [] });
  await Promise.all([1, 2, 3].map(() => carryOut(handle, authorization)));
  const { rows } = await sql`select value from counter where name = 'busy'`.execute(installation.db);
  expect(rows).toEqual([{ value: 3 }]);
});

test('another attempt sees what the caller may do by then, not what it might when it signed', async () => {
  const place = { membership: undefined, controls: NO_CONTROLS };
  const standing = { policies: [], boundary: undefined, sessionPolicies: [], tags: {}, ...place };
  const seen: unknown[] = [];
  const handle: Handle = async (_input, call) => {
    seen.push(call.caller.standing);
    if (seen.length > 1) return {};
    return sql`do $$ begin raise exception using errcode = 'serialization_failure'; end $$`.execute(call.tx);
  };
  const only = serviceOf(
    'backup',
    operation(TRY, handle, () => ({ resources: [] })),
  );
  await dispatcher(installation, [only])({ ...invocation('backup'), identity: { ...caller, standing } });
  expect(seen).toEqual([standing, undefined]);
});

test('a reading operation runs without a transaction, a writing one inside one', async () => {
  const made = [
    readingOperation(TRY, async (_input: object, { db }) => db.isTransaction),
    operation(TRY, async (_input: object, { db }) => db.isTransaction),
  ];
  const answers = made.map((one) => dispatcher(installation, [serviceOf('backup', one)])(invocation('backup')));
  expect(await Promise.all(answers)).toEqual([false, true]);
});

test('a collision that never ends is given up', async () => {
  let attempts = 0;
  const handle: Handle = async (_input, { tx }) => {
    attempts++;
    await sql`do $$ begin raise exception using errcode = 'serialization_failure'; end $$`.execute(tx);
    return {};
  };
  await expect(carryOut(handle)).rejects.toMatchObject({ code: '40001' });
  expect(attempts).toBe(5);
});

test('an operation with effects runs outside a transaction, is authorized first, and wakes even when it fails', async () => {
  const effectful = operationWithEffects(TRY, async (_input: object, { db, wakeAfterCommit }) => {
    await sql`insert into counter values ('kept', 1)`.execute(db);
    wakeAfterCommit('vaults');
    throw new Error('after the effect');
  });
  const { authorizer } = asking('*');
  const run = (parts: Partial<Installation>) =>
    dispatcher({ ...installation, ...parts }, [serviceOf('backup', effectful)])(invocation('backup'));
  await expect(run({ authorizer })).rejects.toMatchObject({ code: 'AccessDeniedException' });
  expect(woken).toEqual([]);
  await expect(run({})).rejects.toThrow('after the effect');
  expect(woken).toEqual(['vaults']);
  const { rows } = await sql`select value from counter where name = 'kept'`.execute(installation.db);
  expect(rows).toEqual([{ value: 1 }]);
});
