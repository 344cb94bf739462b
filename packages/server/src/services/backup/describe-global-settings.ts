/**
 * DescribeGlobalSettings. None of the settings can be switched on yet (UpdateGlobalSettings is not implemented), so all
 * are off.
 * Source: backup spec 2.M, 2.Q.
 */
import { DescribeGlobalSettings$, type DescribeGlobalSettingsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { membershipOf } from '../../store/organizations.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { invalidRequest } from './errors.ts';

const SETTINGS = ['isCrossAccountBackupEnabled', 'isMpaEnabled', 'isDelegatedAdministratorEnabled'] as const;

export const describeGlobalSettings = readingOperation(
  DescribeGlobalSettings$,
  async (_input: Checked<DescribeGlobalSettingsInput>, call: ReadCall) => {
    if (!(await membershipOf(call.db, call.accountId)))
      throw invalidRequest('Your account is not a member of an organization.', { Code: 'ERROR_9601' });
    return { GlobalSettings: Object.fromEntries(SETTINGS.map((setting) => [setting, 'false'])) };
  },
);
