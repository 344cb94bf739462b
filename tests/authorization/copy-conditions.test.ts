/**
 * The condition keys of a copy: a role may be held to vaults, and to places in the organization, that it copies into.
 */
import { StartCopyJobCommand } from '@aws-sdk/client-backup';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BackupWorld, backupWorld } from '../../packages/server/src/services/backup/testing/backup-world.ts';
import { putRole } from '../../packages/server/src/services/backup/testing/roles.ts';
import { membershipOf } from '../../packages/server/src/store/organizations.ts';

let world: BackupWorld;
let roleArn: string;
let point: string;
let targets: Readonly<Record<'allowed' | 'other', string>>;
let place: string;
beforeAll(async () => {
  world = await backupWorld();
  const { server } = world;
  await server.client(OrganizationsClient).send(new CreateOrganizationCommand({}));
  const membership = present(await membershipOf(server.installation.db, world.accountId), 'membership');
  place = `${membership.organization.id}/${membership.organization.rootId}/`;
  roleArn = await putRole(server, 'Copier', { trusts: 'backup.amazonaws.com' });
  await world.vaultRow('from');
  targets = { allowed: await world.vaultRow('allowed'), other: await world.vaultRow('other') };
  point = await world.point('from', { arn: `arn:aws:backup:us-east-1:${world.accountId}:recovery-point:one` });
});
afterAll(() => world[Symbol.asyncDispose]());

/** Whether the role may do what the job needs; what restic then makes of a vault without repository is not asked. */
async function mayCopy(condition: object, target: string): Promise<boolean> {
  const copying = { Effect: 'Allow', Action: ['backup:CopyFromBackupVault'], Resource: '*', Condition: condition };
  const receiving = { Effect: 'Allow', Action: 'backup:CopyIntoBackupVault', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [copying, receiving] });
  const { server, backup } = world;
  await server
    .client(IAMClient)
    .send(new PutRolePolicyCommand({ RoleName: 'Copier', PolicyName: 'copy', PolicyDocument }));
  const roleProblem = vi.spyOn(server.installation.authorizer, 'roleProblem');
  try {
    await backup.send(
      new StartCopyJobCommand({
        RecoveryPointArn: point,
        SourceBackupVaultName: 'from',
        DestinationBackupVaultArn: target,
        IamRoleArn: roleArn,
      }),
    );
    await server.tick('jobs');
    return (await present(roleProblem.mock.results[0], 'a question about the role').value) === undefined;
  } finally {
    roleProblem.mockRestore();
  }
}

test('a role that may copy into one vault may not into another', async () => {
  const condition = { 'ForAllValues:ArnEquals': { 'backup:CopyTargets': targets.allowed } };
  expect(await mayCopy(condition, targets.allowed)).toBe(true);
  expect(await mayCopy(condition, targets.other)).toBe(false);
});

test('a role that may copy to accounts at one place may not to those elsewhere', async () => {
  const at = (path: string) => ({ 'ForAnyValue:StringLike': { 'backup:CopyTargetOrgPaths': path } });
  expect(await mayCopy(at(`${place}*`), targets.other)).toBe(true);
  expect(await mayCopy(at('o-elsewhere/*'), targets.other)).toBe(false);
});
