/**
 * `npm run bench -- test-mode`: a reset, and a month of schedules, daily and hourly, over `--resources N` (default 3)
 * small directories, with real backups and deletions. One JSON line each; the doors are asked as any client asks them.
 *
 * `--hourly` measures the hourly month too, which is some hundred backups a resource.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupSelectionCommand,
  CreateBackupVaultCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { pause } from '@holdfast/cli';
import { type Holdfast, startHoldfast } from '@holdfast/testing';
import { median } from './measuring/statistics.ts';

const RESETS = 10;
/** A test of the shortest kind; in it the next empty server is made. */
const TEST_MS = 1_000;
const { values } = parseArgs({
  options: { resources: { type: 'string', default: '3' }, hourly: { type: 'boolean', default: false } },
});

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
try {
  await using holdfast = await startHoldfast();
  await resets(holdfast);
  await month(holdfast, 'daily', 'cron(0 5 ? * * *)');
  if (values.hourly) await month(holdfast, 'hourly', 'cron(0 * ? * * *)');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function resets(holdfast: Holdfast): Promise<void> {
  const times: number[] = [];
  for (let run = 1; run <= RESETS; run++) {
    await pause(TEST_MS);
    const begun = performance.now();
    await holdfast.reset();
    times.push(Math.round(performance.now() - begun));
  }
  console.log(
    JSON.stringify({ bench: 'test-mode', what: 'reset', runs: RESETS, medianMs: median(times), goalMs: 100 }),
  );
}

async function month(holdfast: Holdfast, what: string, schedule: string): Promise<void> {
  await holdfast.reset();
  await furnish(holdfast, schedule);
  const begun = performance.now();
  const { happened, left } = await holdfast.advance('P30D');
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const backups = happened['job.backup-ended']?.count ?? 0;
  const perBackupMs = Math.round((seconds * 1_000) / backups);
  const resources = Number(values.resources);
  console.log(
    JSON.stringify({ bench: 'test-mode', what: `month-${what}`, resources, backups, seconds, perBackupMs, left }),
  );
}

async function furnish(holdfast: Holdfast, ScheduleExpression: string): Promise<void> {
  const backup = new BackupClient(holdfast.clientConfig());
  const cloudControl = new CloudControlClient(holdfast.clientConfig());
  await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'bench' }));
  for (let index = 0; index < Number(values.resources); index++) {
    const place = path.join(folder, `resource-${index}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'file.txt'), `resource ${index}`);
    const DesiredState = JSON.stringify({ Path: place, Tags: [{ Key: 'backup', Value: 'yes' }] });
    await cloudControl.send(new CreateResourceCommand({ TypeName: 'Holdfast::FileSystem::Directory', DesiredState }));
  }
  const rule = { RuleName: 'rule', TargetBackupVaultName: 'bench', ScheduleExpression };
  const { BackupPlanId } = await backup.send(
    new CreateBackupPlanCommand({
      BackupPlan: { BackupPlanName: 'bench', Rules: [{ ...rule, Lifecycle: { DeleteAfterDays: 14 } }] },
    }),
  );
  const IamRoleArn = `arn:aws:iam::${holdfast.accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const ListOfTags = [{ ConditionType: 'STRINGEQUALS' as const, ConditionKey: 'backup', ConditionValue: 'yes' }];
  const BackupSelection = { SelectionName: 'bench', IamRoleArn, ListOfTags };
  await backup.send(new CreateBackupSelectionCommand({ BackupPlanId, BackupSelection }));
  backup.destroy();
  cloudControl.destroy();
}
