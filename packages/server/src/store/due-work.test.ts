import { BackupClient, CreateBackupPlanCommand } from '@aws-sdk/client-backup';
import { DAY_MS, ManualClock } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { testServer } from '../testing/server.ts';
import { dueWork } from './due-work.ts';

test('schedules of an account that is closed are not due: nobody runs them', async () => {
  const clock = new ManualClock(Date.parse('2030-03-20T00:00:00Z'));
  await using server = await testServer({ clock });
  const { db } = server.installation;
  const Rules = [{ RuleName: 'daily', TargetBackupVaultName: 'Default', ScheduleExpression: 'cron(0 5 * * ? *)' }];
  await server
    .client(BackupClient)
    .send(new CreateBackupPlanCommand({ BackupPlan: { BackupPlanName: 'daily', Rules } }));
  const due = async () => (await dueWork(db, clock.now() + 2 * DAY_MS, DAY_MS)).due['schedules'];
  expect(await due()).toBe(1);
  await db.updateTable('account').set({ state: 'CLOSED' }).where('id', '=', server.management.accountId).execute();
  expect(await due()).toBeUndefined();
});
