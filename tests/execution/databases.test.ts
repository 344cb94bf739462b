import { GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { holdTable, type PostgresServer, postgres15 } from './postgres-server.ts';
import { executionWorld, POSTGRESQL, REGION, type World } from './world.ts';

let world: World;
let server: PostgresServer;
let shopArn: string;
let pointArn: string;

const CONTENTS = `
  create table customer (id integer primary key, name text not null, note text);
  insert into customer select n, 'name ' || n, case when n % 3 = 0 then null else repeat('x', n % 50) end from generate_series(1, 20000) n;
  create table "Odd Table" (id serial primary key, payload bytea, at timestamptz default now());
  insert into "Odd Table" (payload) select decode(md5(n::text), 'hex') from generate_series(1, 500) n;
  create view grown as select * from customer where id > 10;
  create index on customer (name);`;

const arnOf = (identifier: string): string => `arn:aws:rds:${REGION}:${world.accountId}:db:${identifier}`;

async function register(identifier: string, properties: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const event = await world.register(POSTGRESQL, {
    DBInstanceIdentifier: identifier,
    Host: server.host,
    Port: server.port,
    Database: 'shop',
    Username: server.username,
    ...properties,
  });
  expect(event, event.StatusMessage).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: identifier });
  return arnOf(identifier);
}

/** Rows of every table by checksum, and what else there is. */
async function fingerprint(database: string): Promise<unknown> {
  const [customers] = await server.query(
    database,
    `select count(*), md5(string_agg(c::text, ',' order by id)) from customer c`,
  );
  const [odd] = await server.query(
    database,
    `select count(*), md5(string_agg(t::text, ',' order by id)) from "Odd Table" t`,
  );
  const others = await server.query(
    database,
    `select relname, relkind from pg_class where relnamespace = 'public'::regnamespace order by relname`,
  );
  const [owner] = await server.query(database, `select tableowner from pg_tables where tablename = 'customer'`);
  return { customers, odd, others, owner };
}

beforeAll(async () => {
  [world, server] = await Promise.all([executionWorld(), postgres15()]);
  await server.query('postgres', 'create database shop');
  await server.query('postgres', 'create role clerk');
  await server.query('shop', CONTENTS);
  await server.query('shop', 'alter table customer owner to clerk');
  await world.vault('daily');
  shopArn = await register('shop', { Password: 'not needed here', Tags: [{ Key: 'tier', Value: 'gold' }] });
  const job = await world.backUp(shopArn, 'daily');
  expect(job, JSON.stringify(job)).toMatchObject({
    State: 'COMPLETED',
    ResourceType: 'RDS',
    MessageCategory: 'SUCCESS',
  });
  pointArn = present(job.RecoveryPointArn, 'recovery point ARN');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('the recovery point of a database is named as RDS names snapshots that AWS Backup made', () => {
  expect(pointArn).toMatch(new RegExp(`^arn:aws:rds:${REGION}:\\d{12}:snapshot:awsbackup:job-[0-9a-f-]{36}$`));
});

test('a restore makes a new database, equal in every table, and registers it with the tags of its source', async () => {
  const job = await world.restore(pointArn, { DBInstanceIdentifier: 'shop-restored' });
  expect(job, JSON.stringify(job)).toMatchObject({ Status: 'COMPLETED', CreatedResourceArn: arnOf('shop-restored') });
  expect(await fingerprint('shop-restored')).toEqual(await fingerprint('shop'));
  const identified = { TypeName: POSTGRESQL, Identifier: 'shop-restored' };
  const { ResourceDescription: found } = await world.cloudControl.send(new GetResourceCommand(identified));
  const properties: unknown = JSON.parse(found?.Properties ?? '');
  expect(properties).toMatchObject({ Database: 'shop-restored', Tags: [{ Key: 'tier', Value: 'gold' }] });
  expect(properties).not.toHaveProperty('Password');
});

test('what was restored can itself be backed up: its credentials came along', async () => {
  await world.restore(pointArn, { DBInstanceIdentifier: 'again', 'holdfast:database': 'again db' });
  expect(await world.backUp(arnOf('again'), 'daily')).toMatchObject({ State: 'COMPLETED' });
});

test('a restore without owners gives everything to the one who restores', async () => {
  await world.restore(pointArn, { DBInstanceIdentifier: 'ownerless', 'holdfast:owners': 'drop' });
  expect(await fingerprint('ownerless')).toMatchObject({ owner: { tableowner: server.username } });
});

test('a restore never writes over a database that is there, nor leaves one of its own behind', async () => {
  const metadata = { DBInstanceIdentifier: 'taken', 'holdfast:database': 'shop' };
  expect(await world.restore(pointArn, metadata)).toMatchObject({
    Status: 'FAILED',
    StatusMessage: expect.stringContaining('The database shop exists'),
  });
  expect(await server.query('postgres', `select datname from pg_database where datname like 'holdfast%'`)).toEqual([]);
});

test.each([
  [{ DBInstanceIdentifier: 'shop' }, 'already exists'],
  [{ DBInstanceIdentifier: 'Bad_Name' }, 'DBInstanceIdentifier must'],
  [{ DBInstanceIdentifier: 'x', DBInstanceClass: 'db.t3.micro' }, 'DBInstanceClass'],
  [{ DBInstanceIdentifier: 'x', Engine: 'mysql' }, 'Engine'],
  [{ DBInstanceIdentifier: 'x', 'holdfast:server': 'nobody' }, 'holdfast:server'],
  [{ DBInstanceIdentifier: 'x', 'holdfast:database': 'a=b' }, 'holdfast:database'],
])('metadata %j fails the restore with words about %s', async (metadata, says) => {
  const job = await world.restore(pointArn, metadata);
  expect(job).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining(says) });
});

test('a dump that cannot be loaded leaves no database behind', async () => {
  await server.query('shop', 'create role fleeting; alter table "Odd Table" owner to fleeting');
  const job = await world.backUp(shopArn, 'daily');
  await server.query('shop', `alter table "Odd Table" owner to ${server.username}; drop role fleeting`);
  const restored = await world.restore(present(job.RecoveryPointArn, 'ARN'), { DBInstanceIdentifier: 'half' });
  expect(restored).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('fleeting') });
  const left = await server.query(
    'postgres',
    `select datname from pg_database where datname ~ 'half|holdfast_restore'`,
  );
  expect(left).toEqual([]);
});

test('a database that does not exist fails the job', async () => {
  const arn = await register('absent', { Database: 'absent' });
  expect(await world.backUp(arn, 'daily')).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'RESOURCE_NOT_FOUND',
    StatusMessage: expect.stringContaining('The database absent does not exist'),
  });
});

test('a user whom the server does not let in fails the job', async () => {
  const arn = await register('stranger', { Username: 'stranger', Password: 'secret-of-stranger' });
  const job = await world.backUp(arn, 'daily');
  expect(job).toMatchObject({ State: 'FAILED', MessageCategory: 'ACCESS_DENIED' });
  expect(job.StatusMessage).not.toContain('secret-of-stranger');
});

test('a database that refuses the connection is tried again inside the start window, and says why it waits', async () => {
  const arn = await register('refusing', { Host: '127.0.0.1', Port: 1 });
  const job = await world.backUp(arn, 'daily');
  expect(job).toMatchObject({
    State: 'CREATED',
    StatusMessage: expect.stringMatching(/Waiting to be tried again.*refuses or has cut the connection/),
  });
});

test('a pg_dump older than the server fails the job and says which one to install', async () => {
  const url = new URL(inject('clusterUrl').replace('@/', '@localhost/'));
  const arn = await register('newer', {
    Host: url.searchParams.get('host'),
    Port: Number(url.searchParams.get('port')),
    Database: 'postgres',
    Username: url.username,
  });
  expect(await world.backUp(arn, 'daily')).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'UNSUPPORTED_OPERATION',
    StatusMessage: expect.stringMatching(/pg_dump 15\S* is older than the database server \(18.*postgresql-client-18/),
  });
});

test('a server that dies during the dump leaves no recovery point', async () => {
  const dying = await postgres15();
  await dying.query('postgres', 'create database shop');
  await dying.query('shop', CONTENTS);
  const arn = await register('dying', { Host: dying.host });
  const { db } = world.server.installation;
  const before = await db.selectFrom('recovery_point').select('arn').execute();
  // pg_dump waits for this lock, in the middle of its work.
  const lock = await holdTable(dying);
  const id = await world.start(arn, 'daily');
  const working = world.tick();
  await lock.waitedFor();
  await dying.stop();
  await working;
  await lock.release();
  expect(await world.job(id)).toMatchObject({
    State: 'CREATED',
    StatusMessage: expect.stringContaining('Waiting to be tried again'),
  });
  expect(await db.selectFrom('recovery_point').select('arn').execute()).toEqual(before);
  await dying[Symbol.asyncDispose]();
});
