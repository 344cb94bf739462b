/** Step 2: in each account what its plans will need, which nobody makes for it: a role that may back up, and vaults. */
import { CreateBackupVaultCommand, DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { type Account, ROLE, type Stage, type VaultPlace } from './cast.ts';
import { withClients } from './clients.ts';
import { until } from './waiting.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const POLICIES = ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'];

export async function makeVaultsAndRoles(stage: Stage, accounts: readonly Account[]): Promise<void> {
  await Promise.all(
    accounts.flatMap((account) => [
      makeRole(account),
      ...account.vaults.map((place) => makeVault(stage, account, place)),
    ]),
  );
}

export function roleArn(account: Pick<Account, 'id'>): string {
  return `arn:aws:iam::${account.id}:role/${ROLE}`;
}

async function makeRole(account: Account): Promise<void> {
  await withClients(account.session, async ({ iam }) => {
    await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: JSON.stringify(TRUST) }));
    for (const policy of POLICIES) {
      const arn = `arn:aws:iam::aws:policy/service-role/${policy}`;
      await iam.send(new AttachRolePolicyCommand({ RoleName: ROLE, PolicyArn: arn }));
    }
  });
}

async function makeVault(stage: Stage, account: Account, { region, name }: VaultPlace): Promise<void> {
  await withClients(
    account.session,
    async ({ backup }) => {
      await backup.send(new CreateBackupVaultCommand({ BackupVaultName: name }));
      await until(stage, `Vault ${name} of ${account.name} in ${region}`, async () => {
        const { VaultState: state } = await backup.send(new DescribeBackupVaultCommand({ BackupVaultName: name }));
        if (state === 'FAILED') throw new Error(`Vault ${name} of ${account.name} in ${region} was not made.`);
        return state === 'AVAILABLE' || state === undefined ? true : undefined;
      });
    },
    region,
  );
}
