import { DescribeAccountCommand, ListPoliciesForTargetCommand } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backupPolicy,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

let org: TestOrganization;
beforeAll(async () => {
  org = await testOrganization();
});
afterAll(() => org[Symbol.asyncDispose]());

test('from an organization to the effective backup policy of a new account', async () => {
  const unit = await org.unit('Production');
  const account = await org.account('shop');
  await org.enable('BACKUP_POLICY');
  await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), org.rootId);
  await org.publish();
  const { document } = await org.effective(account, 'BACKUP_POLICY');
  expect(document).toMatchObject({ plans: { daily: { regions: ['us-east-1'] } } });
  const { Account } = await org.client.send(new DescribeAccountCommand({ AccountId: account }));
  expect(Account).toMatchObject({ Name: 'shop', State: 'ACTIVE', Status: 'ACTIVE', JoinedMethod: 'CREATED' });
  const { Policies } = await org.client.send(
    new ListPoliciesForTargetCommand({ TargetId: unit, Filter: 'SERVICE_CONTROL_POLICY' }),
  );
  expect(Policies?.map(({ Id }) => Id)).toEqual(['p-FullAWSAccess']);
});
