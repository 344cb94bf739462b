/** Every connector against the contract of connector-kit, with real vaults, directories and databases. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type ContractHarness,
  connectorContract,
  type KeptContents,
  processRunner,
  type ResourceRef,
  type Source,
} from '@holdfast/connector-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allConnectors } from '../../packages/server/src/connectors/all.ts';
import { directory } from '../../packages/server/src/connectors/directory/directory.ts';
import { postgres } from '../../packages/server/src/connectors/postgres/postgres.ts';
import { keptContents } from '../../packages/server/src/jobs/kept-contents.ts';
import { testVaults } from '../../packages/server/src/vault/testing/repository.ts';
import { type PostgresServer, postgres15 } from './postgres-server.ts';
import { listing, makeTree } from './tree.ts';

const vaults = testVaults();
const signal = new AbortController().signal;
let server: PostgresServer;
beforeAll(async () => {
  server = await postgres15();
});
afterAll(async () => {
  vaults[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

async function keep(source: Source): Promise<KeptContents> {
  const access = await vaults.repository();
  const label = { accountId: '111122223333', createdAt: Date.UTC(2030, 0, 1), tags: [] };
  const { snapshotId } = await vaults.repositories.backup(access, source, label, { signal });
  const inside = source.kind === 'directory' ? `/${path.basename(source.folder)}` : `/${source.fileName}`;
  return keptContents({ repositories: vaults.repositories, access, snapshotId, inside });
}

const place = { accountId: '111122223333', region: 'us-east-1' } as const;
let made = 0;

const home = vaults.fresh('directories');
const directoryAt = (folder: string): ResourceRef => ({
  ...place,
  arn: directory.arnOf(place.accountId, place.region, 'fs-12345678'),
  identifier: 'fs-12345678',
  properties: { FileSystemId: 'fs-12345678', Path: folder },
  secrets: {},
});

const directoryHarness: ContractHarness = {
  connector: directory,
  desired: { Path: '/srv/data', Name: 'data' },
  make: async () => directoryAt(makeTree(path.join(home, `made-${made++}`))),
  missing: async () => directoryAt(path.join(home, 'nobody')),
  contentsOf: async ({ properties }) => {
    const folder = String(properties['Path']);
    return statSync(folder, { throwIfNoEntry: false }) ? listing(folder) : undefined;
  },
  keep,
  restoreTo(name) {
    rmSync(path.join(home, name), { recursive: true, force: true });
    const target = path.join(home, name);
    return { metadata: { newFileSystem: 'true', 'holdfast:path': target }, resource: directoryAt(target) };
  },
  leftovers: async () => readdirSync(home),
  item: '/sub/deeper',
};

const databaseNamed = (database: string): ResourceRef => ({
  ...place,
  arn: `arn:aws:rds:us-east-1:111122223333:db:${database}`,
  identifier: database,
  properties: {
    DBInstanceIdentifier: database,
    Host: server.host,
    Port: 5432,
    Database: database,
    Username: server.username,
    SslMode: 'prefer',
  },
  secrets: { Password: 'a secret nobody asks for' },
});

const databaseHarness: ContractHarness = {
  connector: postgres(processRunner()),
  desired: {
    DBInstanceIdentifier: 'shop',
    Host: 'localhost',
    Database: 'shop',
    Username: 'backup',
    Password: 'hidden',
  },
  async make() {
    const database = `made-${made++}`;
    await server.query('postgres', `create database "${database}"`);
    await server.query(database, `create table item as select n, md5(n::text) from generate_series(1, 5000) n`);
    return databaseNamed(database);
  },
  missing: async () => databaseNamed('nobody'),
  async contentsOf({ properties }) {
    const database = String(properties['Database']);
    const known = await server.query('postgres', `select 1 from pg_database where datname = '${database}'`);
    if (known.length === 0) return undefined;
    return server.query(database, `select count(*), md5(string_agg(item::text, ',' order by n)) from item`);
  },
  keep,
  restoreTo: (name) => ({ metadata: { DBInstanceIdentifier: name }, resource: databaseNamed(name) }),
  leftovers: async () =>
    (await server.query('postgres', 'select datname from pg_database order by 1')).map((row) => String(row['datname'])),
};

const harnesses: Readonly<Record<string, ContractHarness>> = {
  [directoryHarness.connector.typeName]: directoryHarness,
  [databaseHarness.connector.typeName]: databaseHarness,
};

test('every connector there is stands against the contract', () => {
  const typeNames = allConnectors(processRunner()).map(({ typeName }) => typeName);
  expect(Object.keys(harnesses).toSorted()).toEqual(typeNames.toSorted());
});

describe.each(Object.entries(harnesses))('%s', (_typeName, harness) => {
  test.each(connectorContract(harness))('$rule', ({ run }) => run());
});
