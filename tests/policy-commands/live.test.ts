/** The policy commands on a living organization, and reading one that is large and busy. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readSnapshot } from '@holdfast/policy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  backupPolicy,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { busyEndpoint } from './busy-endpoint.ts';
import { callerOf, type Desk, desk } from './command.ts';

let organization: TestOrganization;
let at: Desk;
let memberId: string;

beforeAll(async () => {
  organization = await testOrganization();
  await organization.enable('BACKUP_POLICY');
  memberId = await organization.account('member');
  const first = await organization.policy('BACKUP_POLICY', backupPolicy('daily'), 'base');
  await organization.attach(first, organization.rootId);
  const other = { '@@assign': ['eu-central-1'] };
  const second = await organization.policy('BACKUP_POLICY', backupPolicy('daily', { regions: other }), 'second');
  await organization.attach(second, organization.rootId);
  at = desk(callerOf(organization.server));
  at.write('eu.json', backupPolicy('daily', { regions: other }));
});
afterAll(async () => {
  at[Symbol.dispose]();
  await organization[Symbol.asyncDispose]();
});

test('explain, diff, lint, calendar and forecast read the living organization, with the order of attachment', async () => {
  const explained = await at.ok('policy', 'explain', '--account', 'member', '--path', 'plans/daily/regions');
  expect(explained).toMatch(/regions = \[us-east-1\] {2}base at Root/);
  expect(explained).toMatch(/outranked @@assign \[eu-central-1\] of second at Root .* attached before it\n/);
  const diff = await at.run('policy', 'diff', '--set-policy', 'base=eu.json', '--detach', 'second@Root');
  expect(diff).toMatchObject({ code: 2, stdout: expect.stringContaining('plan daily loses us-east-1') });
  expect(await at.ok('policy', 'calendar', '--account', memberId, '--days', '1')).toContain(
    'daily/nightly in us-east-1: 1 run',
  );
  expect(await at.ok('policy', 'forecast', '--account', memberId)).toContain('1 account: Root/member');
  const lint = await at.run('policy', 'lint');
  expect(lint.stdout).toMatch(/second at Root.*\[order-decides\]/);
});

test('the data folder of a server on this machine is enough', async () => {
  const { endpoint, management } = organization.server;
  const { accessKeyId, secretAccessKey } = management.credentials;
  using elsewhere = desk();
  mkdirSync(path.join(elsewhere.folder, 'data', 'aws'), { recursive: true });
  const secrets = `[holdfast]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  elsewhere.write('data/aws/credentials', secrets);
  elsewhere.write('data/aws/config', `[profile holdfast]\nregion = us-east-1\nendpoint_url = ${endpoint}\n`);
  for (const option of [[], ['--data', 'data']]) {
    expect(await elsewhere.ok('policy', 'explain', '--account', memberId, ...option)).toContain('Root/member');
  }
});

test('a large and busy organization is read whole: page after page, throttled calls again', async () => {
  const units = await Promise.all(Array.from({ length: 21 }, (_, index) => organization.unit(`unit-${index}`)));
  for (const [index, unit] of units.entries()) {
    await organization.attach(await organization.policy('BACKUP_POLICY', backupPolicy(`plan-${index}`)), unit);
  }
  const { server } = organization;
  await using busy = await busyEndpoint(server.endpoint);
  using desktop = desk({ ...callerOf(server), AWS_ENDPOINT_URL: busy.url });
  await desktop.ok('org', 'export');
  const reading = readSnapshot(desktop.read('holdfast-org.json'));
  if (!reading.ok) throw new Error(JSON.stringify(reading.diagnostics));
  const { organizationalUnits, policies, attachments, source } = reading.snapshot;
  expect(organizationalUnits).toHaveLength(21);
  expect(policies).toHaveLength(23);
  expect(attachments).toHaveLength(22);
  expect(busy.counts.throttled).toBeGreaterThan(3);
  // Nobody told it that this is Holdfast: the order where two policies hang together is not known, and that is said.
  expect(attachments.filter(({ order }) => order === 'unknown')).toMatchObject([{ targetId: organization.rootId }]);
  expect(source?.notes?.join(' ')).toContain('does not tell in which order policies were attached');
  const explained = await desktop.ok(
    ...['policy', 'explain', '--snapshot', 'holdfast-org.json', '--account', 'member', '--path', 'plans/daily/regions'],
  );
  expect(explained).toContain('the order of attachment is not known, it may be the other way round');
});

test('a server that is not there is said plainly and at once', async () => {
  const { url, ...gone } = await busyEndpoint(organization.server.endpoint);
  await gone[Symbol.asyncDispose]();
  using nowhere = desk({ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_ENDPOINT_URL: url });
  const { code, stderr } = await nowhere.run('org', 'export');
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('The server cannot be reached') });
});
