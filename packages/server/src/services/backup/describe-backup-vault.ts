/**
 * DescribeBackupVault. A vault that is not there answers like one that may not be seen. Source: backup spec 2.C, 15.6.
 */
import { DescribeBackupVault$, type DescribeBackupVaultInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { countPointsOfVault } from '../../store/recovery-points.ts';
import { findVault } from '../../store/vaults.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onVault } from './authorization.ts';
import { insufficientPrivileges } from './errors.ts';
import { refuseForeignVault, vaultShape } from './vaults.ts';

type Input = Checked<DescribeBackupVaultInput, 'BackupVaultName'>;

export const describeBackupVault = readingOperation(
  DescribeBackupVault$,
  async (input: Input, call: ReadCall) => {
    const { BackupVaultName: name, BackupVaultAccountId: vaultAccountId } = input;
    refuseForeignVault(call, vaultAccountId);
    const vault = await findVault(call.db, { accountId: call.accountId, region: call.region, name });
    if (!vault) throw insufficientPrivileges();
    return vaultShape(vault, await countPointsOfVault(call.db, vault.id));
  },
  onVault(),
);
