/**
 * Rules of the models that AWS itself does not hold callers to, for a service's `unenforced`.
 *
 * Source: backup spec 2 and 15.3 (`accountId=*` asks for all accounts); API reference of the job lists and summaries.
 */
import type { Exemption } from '../service.ts';

const anyText = (path: string): readonly Exemption[] => [{ path, kinds: ['pattern'] }];

/** Where an account is asked for, `*` and words such as `ANY` or `ROOT` stand for many. */
export const backupUnenforced = {
  ListBackupJobs: anyText('ByAccountId'),
  ListBackupJobSummaries: anyText('AccountId'),
  ListCopyJobs: anyText('ByAccountId'),
  ListCopyJobSummaries: anyText('AccountId'),
  ListRestoreJobs: anyText('ByAccountId'),
  ListRestoreJobSummaries: anyText('AccountId'),
} as const;
