/** The operator's setting `resourceFolders`: where an account's resources may be, and be restored to. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UpdateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTree } from './tree.ts';
import { DIRECTORY, executionWorld, POSTGRESQL, type World } from './world.ts';

const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-allowed-')));
const mine = path.join(home, 'mine');
mkdirSync(mine);
let world: World;
let source: string;
let resourceArn: string;
let pointArn: string;
beforeAll(async () => {
  world = await executionWorld({ settings: { resourceFolders: { '*': [mine] } } });
  await world.vault('daily');
  source = makeTree(path.join(mine, 'files'));
  resourceArn = await world.directory(source);
  pointArn = present((await world.backUp(resourceArn, 'daily')).RecoveryPointArn, 'arn');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(home, { recursive: true });
});

const refusalOf = (place: string) =>
  `Account ${world.accountId} may not back up or restore to ${place}; it may use ${mine}. ` +
  'The operator of the server can change that in the setting resourceFolders.';

test('a directory elsewhere is not registered, and none becomes one by an update', async () => {
  const outside = path.join(home, 'theirs');
  const refused = { OperationStatus: 'FAILED', ErrorCode: 'AccessDenied', StatusMessage: refusalOf(outside) };
  expect(await world.register(DIRECTORY, { Path: outside })).toMatchObject(refused);
  const { ProgressEvent } = await world.cloudControl.send(
    new UpdateResourceCommand({
      TypeName: DIRECTORY,
      Identifier: present(resourceArn.split('/')[1], 'identifier'),
      PatchDocument: JSON.stringify([{ op: 'replace', path: '/Path', value: outside }]),
    }),
  );
  expect(ProgressEvent).toMatchObject(refused);
});

test('a database behind a socket elsewhere is not registered; through the network it is', async () => {
  const database = { DBInstanceIdentifier: 'shop', Database: 'shop', Username: 'backup' };
  expect(await world.register(POSTGRESQL, { ...database, Host: home })).toMatchObject({
    OperationStatus: 'FAILED',
    StatusMessage: refusalOf(path.join(home, '.s.PGSQL.5432')),
  });
  for (const Host of ['@abstract', `${mine}/../theirs`, `${mine},${home}`]) {
    const event = await world.register(POSTGRESQL, { ...database, Host });
    expect(event).toMatchObject({
      ErrorCode: 'InvalidRequest',
      StatusMessage: expect.stringContaining('Host must be'),
    });
  }
  expect(await world.register(POSTGRESQL, { ...database, Host: 'db.example.test' })).toMatchObject({
    OperationStatus: 'SUCCESS',
  });
});

test('a resource that was registered before the setting was narrowed is not backed up', async () => {
  const arn = await world.directory(path.join(mine, 'moved'));
  const outside = makeTree(path.join(home, 'outside'));
  await world.server.installation.db
    .updateTable('resource')
    .set({ properties: { Path: outside } })
    .where('arn', '=', arn)
    .execute();
  expect(await world.backUp(arn, 'daily')).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'ACCESS_DENIED',
    StatusMessage: refusalOf(outside),
  });
});

test('a restore goes nowhere else, named or not', async () => {
  const named = path.join(home, 'restored');
  expect(await world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': named })).toMatchObject({
    Status: 'FAILED',
    StatusMessage: refusalOf(named),
  });
  // Without a name the place is beside the source: beside the account's folder, when that is the source.
  const whole = present((await world.backUp(await world.directory(mine), 'daily')).RecoveryPointArn, 'arn');
  expect(await world.restore(whole, { newFileSystem: 'true' })).toMatchObject({
    Status: 'FAILED',
    StatusMessage: expect.stringContaining(`may not back up or restore to ${mine}-restore-`),
  });
  expect(readdirSync(home).filter((name) => /restore/.test(name))).toEqual([]);
});
