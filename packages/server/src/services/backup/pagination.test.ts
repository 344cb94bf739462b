/** Every list of AWS Backup: sizes and tokens that are none. What a page holds is tested with each list. */
import * as sdk from '@aws-sdk/client-backup';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backup } from './service.ts';
import { type BackupWorld, backupWorld, failureOf } from './testing/backup-world.ts';

let world: BackupWorld;
/** What the lists need beside size and token; members that an operation does not know are not sent. */
let parameters: object;
beforeAll(async () => {
  world = await backupWorld();
  const ResourceArn = await world.vaultRow('vault');
  const BackupPlan = { BackupPlanName: 'p', Rules: [{ RuleName: 'r', TargetBackupVaultName: 'vault' }] };
  const { BackupPlanId } = await world.backup.send(new sdk.CreateBackupPlanCommand({ BackupPlan }));
  parameters = { BackupVaultName: 'vault', BackupPlanId, ResourceArn };
});
afterAll(() => world[Symbol.asyncDispose]());

const lists = [...backup.handlers.keys()].filter((name) => name.startsWith('List'));

async function list(operation: string, page: object): Promise<unknown> {
  const commands = sdk as unknown as Readonly<Record<string, new (input: object) => sdk.ListBackupPlansCommand>>;
  const Command = present(commands[`${operation}Command`], operation);
  return world.backup.send(new Command({ ...parameters, ...page }));
}

test('there are lists', () => expect(lists.length).toBeGreaterThan(10));

test.each(lists)('%s answers pages of 1 to 1000, and no others', async (operation) => {
  for (const MaxResults of [1, 1_000]) await list(operation, { MaxResults });
  for (const MaxResults of [0, 1_001])
    expect(await failureOf(list(operation, { MaxResults }))).toMatchObject({ name: 'InvalidParameterValueException' });
});

test.each(lists)('%s refuses a token that it did not make', async (operation) => {
  const foreign = await foreignToken();
  for (const NextToken of ['garbage', '', foreign].filter(
    (token) => operation !== 'ListBackupVaults' || token !== foreign,
  ))
    expect(await failureOf(list(operation, { NextToken })), NextToken).toMatchObject({
      name: 'InvalidParameterValueException',
    });
});

/** A good token of another list. */
async function foreignToken(): Promise<string> {
  await world.vaultRow('another');
  const { NextToken } = await world.backup.send(new sdk.ListBackupVaultsCommand({ MaxResults: 1 }));
  return present(NextToken, 'token');
}
