/** Step 2, the other half: a directory and a database in each account, made of real data and registered with tags. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createResource, DIRECTORY_TYPE, POSTGRESQL_TYPE, type RegisteredResource } from '@holdfast/cli';
import { randomText } from '@holdfast/kernel';
import type { DemoDatabase } from '../data/demo-postgres.ts';
import { type MadeDirectory, makeDirectories } from '../data/trees.ts';
import { type Account, CAST, type Character, databaseOf, filesOf, type Stage, TAG } from './cast.ts';
import { withClients } from './clients.ts';

const PASSWORD_LENGTH = 32;

export interface Material {
  readonly directory: MadeDirectory;
  readonly database: DemoDatabase;
}

export interface Registered {
  readonly account: Account;
  readonly directory: RegisteredResource & Material['directory'];
  readonly database: RegisteredResource & Material['database'];
}

/** Needs no server: begun at once, while the organization is made. */
export async function makeMaterial(stage: Stage): Promise<ReadonlyMap<Character['name'], Material>> {
  const folders = CAST.map(({ name }) => path.join(stage.folder, 'files', name));
  for (const folder of [...folders, restoreFolder(stage)]) await mkdir(folder, { recursive: true });
  const [directories, databases] = await Promise.all([
    makeDirectories(stage.sources, folders),
    Promise.all(CAST.map(({ name }) => makeDatabase(stage, name))),
  ]);
  return new Map(
    CAST.flatMap(({ name }, index): [Character['name'], Material][] => {
      const [directory, database] = [directories[index], databases[index]];
      return directory && database ? [[name, { directory, database }]] : [];
    }),
  );
}

/** A new directory is restored into a folder that exists. */
export function restoreFolder(stage: Stage): string {
  return path.join(stage.folder, 'restored');
}

function makeDatabase({ postgres, random, run }: Stage, name: string): Promise<DemoDatabase> {
  const database = run === 1 ? name : `${name}_${run}`;
  return postgres.createDatabase(database, randomText(random, PASSWORD_LENGTH));
}

/** Registers both through the Cloud Control API, as the account itself. */
export function register(account: Account, { directory, database }: Material): Promise<Registered> {
  return withClients(account.session, async ({ cloudControl }) => {
    const Tags = [
      { Key: TAG.key, Value: TAG.value },
      { Key: 'owner', Value: account.name },
    ];
    const files = await createResource(cloudControl, DIRECTORY_TYPE, {
      Name: filesOf(account),
      Path: directory.path,
      Tags,
    });
    const rows = await createResource(cloudControl, POSTGRESQL_TYPE, {
      DBInstanceIdentifier: databaseOf(account),
      Host: database.host,
      Port: database.port,
      Database: database.database,
      Username: database.user,
      Password: database.password,
      Tags,
    });
    return { account, directory: { ...files, ...directory }, database: { ...rows, ...database } };
  });
}
