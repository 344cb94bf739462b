/** `holdfast org export` and `org import`: a real server, the real command, the file between them. */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { type OrganizationSnapshot, readSnapshot } from '@holdfast/policy';
import { expect, test } from 'vitest';
import { READ_OPERATIONS } from '../../packages/cli/src/organization/read-permissions.ts';
import {
  backupPolicy,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { testServer } from '../../packages/server/src/testing/server.ts';
import { callerOf, desk } from './command.ts';

interface Made {
  readonly shopId: string;
  readonly workloadsId: string;
  readonly firstId: string;
  readonly secondId: string;
}

/** Two policies on one unit, in an order that their ids need not have. */
async function smallOrganization(organization: TestOrganization): Promise<Made> {
  await organization.enable('BACKUP_POLICY');
  await organization.enable('TAG_POLICY');
  const workloadsId = await organization.unit('Workloads');
  const productionId = await organization.unit('Production', workloadsId);
  const shopId = await organization.account('shop');
  await organization.account('lab');
  const { client, rootId } = organization;
  const { MoveAccountCommand } = await import('@aws-sdk/client-organizations');
  await client.send(
    new MoveAccountCommand({ AccountId: shopId, SourceParentId: rootId, DestinationParentId: productionId }),
  );
  const firstId = await organization.policy('BACKUP_POLICY', backupPolicy('daily'), 'first');
  const secondId = await organization.policy('BACKUP_POLICY', backupPolicy('weekly'), 'second');
  await organization.policy('TAG_POLICY', { tags: { cost: { tag_key: { '@@assign': 'Cost' } } } }, 'cost');
  await organization.attach(secondId, workloadsId);
  await organization.attach(firstId, workloadsId);
  await organization.attach(firstId, rootId);
  return { shopId, workloadsId, firstId, secondId };
}

function snapshotOf(text: string): OrganizationSnapshot {
  const reading = readSnapshot(text);
  if (!reading.ok) throw new Error(JSON.stringify(reading.diagnostics));
  return reading.snapshot;
}

test('an export is a snapshot with the whole tree, the policies as stored and their attachments in order', async () => {
  await using organization = await testOrganization();
  const { shopId, workloadsId, firstId, secondId } = await smallOrganization(organization);
  using at = desk(callerOf(organization.server));
  const told = await at.ok('org', 'export');
  const snapshot = snapshotOf(at.read('holdfast-org.json'));
  expect(told).toContain('2 units, 3 accounts, 3 policies');
  expect(snapshot).toMatchObject({ organizationId: organization.id, managementAccountId: organization.managementId });
  expect(snapshot.root).toMatchObject({
    id: organization.rootId,
    policyTypes: expect.arrayContaining(['BACKUP_POLICY', 'TAG_POLICY']),
  });
  expect(snapshot.organizationalUnits.map(({ name }) => name).toSorted()).toEqual(['Production', 'Workloads']);
  expect(snapshot.accounts.find(({ id }) => id === shopId)).toMatchObject({ name: 'shop', state: 'ACTIVE' });
  expect(snapshot.policies.find(({ id }) => id === firstId)?.content).toBe(JSON.stringify(backupPolicy('daily')));
  expect(snapshot.attachments.toSorted((one, other) => one.policyIds.length - other.policyIds.length)).toEqual([
    { targetId: organization.rootId, policyIds: [firstId], order: 'attachment' },
    { targetId: workloadsId, policyIds: [secondId, firstId], order: 'attachment' },
  ]);
});

test('reading calls the operations of the printed IAM policy and no others', async () => {
  await using organization = await testOrganization();
  await smallOrganization(organization);
  const before = organization.server.events.length;
  using at = desk(callerOf(organization.server));
  await at.ok('org', 'export', '--tags');
  const called = organization.server.events.slice(before).map(({ fields }) => fields['operation']);
  expect(new Set(called.filter((name) => name !== undefined))).toEqual(new Set(READ_OPERATIONS));
  const printed = JSON.parse(await at.ok('org', 'export', '--print-iam-policy')) as {
    Statement: [{ Action: string[] }];
  };
  expect(printed.Statement[0].Action).toEqual(READ_OPERATIONS.map((name) => `organizations:${name}`));
  expect(READ_OPERATIONS.filter((name) => !/^(List|Describe)/.test(name))).toEqual([]);
});

test('the printed IAM policy is enough to read, and for nothing else', async () => {
  await using organization = await testOrganization();
  await smallOrganization(organization);
  const { server } = organization;
  using admin = desk(callerOf(server));
  const iam = server.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName: 'reader' }));
  const document = await admin.ok('org', 'export', '--print-iam-policy');
  const policy = { UserName: 'reader', PolicyName: 'read', PolicyDocument: document };
  await iam.send(new PutUserPolicyCommand(policy));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
  const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  using reader = desk(callerOf(server, credentials));
  await reader.ok('org', 'export', '--tags');
  await admin.ok('org', 'export', '--tags');
  const withoutTime = (text: string): unknown => ({ ...snapshotOf(text), source: undefined });
  expect(withoutTime(reader.read('holdfast-org.json'))).toEqual(withoutTime(admin.read('holdfast-org.json')));
  const effective = await reader.run('policy', 'effective');
  expect(effective).toMatchObject({ code: 1, stderr: expect.stringContaining('AccessDeniedException') });
});

test('a snapshot imported into an empty server is the same organization, and importing again does nothing', async () => {
  await using source = await testOrganization();
  await smallOrganization(source);
  using from = desk(callerOf(source.server));
  await from.ok('org', 'export');

  await using server = await testServer();
  server.start(['accounts']);
  using at = desk(callerOf(server));
  at.write('holdfast-org.json', from.read('holdfast-org.json'));
  expect(await at.ok('org', 'import')).toMatch(/attach first to Root\/Workloads\n.*steps\. Nothing was changed/s);
  await expect(at.ok('org', 'export', '--output', 'none.json')).rejects.toThrow(/AWSOrganizationsNotInUseException/);

  expect(await at.ok('org', 'import', '--apply')).toMatch(/Done: \d+ steps\.\n$/);
  await at.ok('org', 'export', '--output', 'after.json');
  expect(named(snapshotOf(at.read('after.json')))).toEqual(named(snapshotOf(from.read('holdfast-org.json'))));
  expect(await at.ok('org', 'import', '--apply')).toContain('Nothing to do: all of it is there.');
});

test('an import makes right what has changed since: content, order and place', async () => {
  await using organization = await testOrganization();
  await smallOrganization(organization);
  const { server, client, rootId } = organization;
  using at = desk(callerOf(server));
  await at.ok('org', 'export');
  const before = snapshotOf(at.read('holdfast-org.json'));
  const sdk = await import('@aws-sdk/client-organizations');
  const { policies, attachments, accounts } = before;
  const [first] = policies.filter(({ name }) => name === 'first');
  const [attached] = attachments.filter(({ policyIds }) => policyIds.length === 2);
  const [shop] = accounts.filter(({ name }) => name === 'shop');
  const [second] = attached?.policyIds ?? [];
  await client.send(new sdk.UpdatePolicyCommand({ PolicyId: first?.id, Content: '{"plans":{}}' }));
  await client.send(new sdk.DetachPolicyCommand({ PolicyId: second, TargetId: attached?.targetId }));
  await client.send(new sdk.AttachPolicyCommand({ PolicyId: second, TargetId: attached?.targetId }));
  await client.send(
    new sdk.MoveAccountCommand({ AccountId: shop?.id, SourceParentId: shop?.parentId, DestinationParentId: rootId }),
  );

  expect(await at.ok('org', 'import', '--apply')).toBe(
    [
      'move account shop to Root/Workloads/Production',
      'change policy first (BACKUP_POLICY)',
      'detach first from Root/Workloads, to attach it in order',
      'attach first to Root/Workloads',
      'Done: 4 steps.\n',
    ].join('\n'),
  );
  await at.ok('org', 'export', '--output', 'after.json');
  expect(named(snapshotOf(at.read('after.json')))).toEqual(named(before));
});

test('a file that is no snapshot is refused with the place of the fault', async () => {
  using at = desk();
  at.write('org.json', '{\n  "format": "holdfast-org",\n  "version": 2\n}');
  const { code, stderr } = await at.run('org', 'import', 'org.json');
  expect(code).toBe(1);
  expect(stderr).toMatch(/no snapshot of an organization: line 3, column 14: version must be 1/);
});

test('who may not read the organization is told AWS’s error', async () => {
  await using organization = await testOrganization();
  const memberId = await organization.account('member');
  const { credentials } = await organization.server.adminOf(memberId);
  using at = desk(callerOf(organization.server, credentials));
  const { code, stderr } = await at.run('org', 'export');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('AccessDeniedException') });
});

test('an import never goes anywhere but to a Holdfast server', async () => {
  using at = desk({ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' });
  at.write('holdfast-org.json', SMALLEST);
  const { stderr } = await at.run('org', 'import');
  expect(stderr).toContain('It is not known where the Holdfast server is.');
  const other = await at.run('org', 'import', '--endpoint-url', 'http://127.0.0.1:9');
  expect(other.stderr).toContain('This is no Holdfast server, or it does not run.');
});

const SMALLEST = {
  format: 'holdfast-org',
  version: 1,
  organizationId: 'o-example111',
  root: { id: 'r-ab12' },
  organizationalUnits: [],
  accounts: [],
  policies: [],
  attachments: [],
};

/** An organization by names alone: ids are the server's. */
function named(snapshot: OrganizationSnapshot): unknown {
  const { root, organizationalUnits, accounts, policies, attachments } = snapshot;
  const name = (id: string): string =>
    [...organizationalUnits, ...accounts, ...policies].find((one) => one.id === id)?.name ?? 'Root';
  return {
    types: root.policyTypes,
    tree: [...organizationalUnits, ...accounts].map((one) => `${name(one.parentId)}/${one.name}`).toSorted(),
    policies: policies.map((policy) => `${policy.type} ${policy.name}: ${policy.content}`).toSorted(),
    attachments: attachments
      .map(({ targetId, policyIds, order }) => `${name(targetId)}: ${policyIds.map(name).join(', ')} (${order})`)
      .toSorted(),
  };
}
