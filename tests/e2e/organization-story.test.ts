/**
 * An organization's life by the real `aws` command alone: invitation, units, policies of three types, delegation,
 * trusted access, and the end.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsCli } from './aws-cli.ts';
import { holdfast } from './program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;
let management: AwsCli;
let guest: AwsCli;
let guestId: string;
let rootId: string;
let unitId: string;

type Answer = Readonly<Record<string, unknown>>;
const organizations = <T = Answer>(who: AwsCli, operation: string, ...args: readonly string[]): Promise<T> =>
  who.call<T>('organizations', operation, ...args);

beforeAll(async () => {
  server = await startServerProcess();
  management = new AwsCli(server, server.profile);
});
afterAll(() => server[Symbol.asyncDispose]());

test('an organization invites an account that the operator made, and it accepts', async () => {
  await organizations(management, 'create-organization');
  const { Roots: roots } = await organizations<{ Roots: { Id: string }[] }>(management, 'list-roots');
  rootId = roots[0]?.Id ?? '';
  const args = ['account', 'create', '--name', 'guest', '--email', 'guest@example.com', '--json'];
  const { stdout } = await holdfast([...args, '--data', server.dataFolder]);
  const made = JSON.parse(stdout) as { accountId: string; accessKeyId: string; secretAccessKey: string };
  guestId = made.accountId;
  guest = management.as({ AWS_ACCESS_KEY_ID: made.accessKeyId, AWS_SECRET_ACCESS_KEY: made.secretAccessKey });
  await organizations(
    ...([management, 'invite-account-to-organization', '--target', 'Type=EMAIL,Id=guest@example.com'] as const),
    ...['--notes', 'join us', '--tags', 'Key=team,Value=a'],
  );
  const { Handshakes: received } = await organizations<{ Handshakes: { Id: string; State: string }[] }>(
    ...([guest, 'list-handshakes-for-account'] as const),
  );
  expect(received).toMatchObject([{ State: 'OPEN' }]);
  expect(await organizations(guest, 'accept-handshake', '--handshake-id', received[0]?.Id ?? '')).toMatchObject({
    Handshake: { State: 'ACCEPTED' },
  });
  expect(await organizations(management, 'describe-account', '--account-id', guestId)).toMatchObject({
    Account: { JoinedMethod: 'INVITED' },
  });
});

test('it is moved into a unit, under policies of three types', async () => {
  const { OrganizationalUnit: unit } = await organizations<{ OrganizationalUnit: { Id: string } }>(
    ...([management, 'create-organizational-unit', '--parent-id', rootId, '--name', 'Guests'] as const),
  );
  unitId = unit.Id;
  const move = ['--account-id', guestId, '--source-parent-id', rootId, '--destination-parent-id', unitId];
  await organizations(management, 'move-account', ...move);
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const contents: Readonly<Record<string, unknown>> = {
    SERVICE_CONTROL_POLICY: { Version: '2012-10-17', Statement: [statement] },
    TAG_POLICY: { tags: { Team: { tag_key: { '@@assign': 'Team' } } } },
    BACKUP_POLICY: { plans: {} },
  };
  for (const [type, content] of Object.entries(contents)) {
    const enabling = ['--root-id', rootId, '--policy-type', type];
    if (type !== 'SERVICE_CONTROL_POLICY') await organizations(management, 'enable-policy-type', ...enabling);
    const named = ['--type', type, '--name', `of ${type}`, '--description', '', '--content', JSON.stringify(content)];
    const { Policy: policy } = await organizations<{ Policy: { PolicySummary: { Id: string } } }>(
      ...([management, 'create-policy', ...named] as const),
    );
    const where = ['--policy-id', policy.PolicySummary.Id, '--target-id', unitId];
    await organizations(management, 'attach-policy', ...where);
  }
  const { EffectivePolicy: effective } = await management.until<{ EffectivePolicy: { PolicyContent: string } }>(
    ({ EffectivePolicy }) => EffectivePolicy.PolicyContent !== '{}',
    ...(['organizations', 'describe-effective-policy', '--policy-type', 'TAG_POLICY', '--target-id', guestId] as const),
  );
  expect(JSON.parse(effective.PolicyContent)).toMatchObject({ tags: { team: { tag_key: 'Team' } } });
});

test('it manages backup policies for the organization as far as it is delegated', async () => {
  const listing = ['list-policies', '--filter', 'BACKUP_POLICY'] as const;
  const refused = await guest.try('organizations', ...listing);
  expect(refused.stderr).toContain('AccessDeniedException');
  const Condition = { StringLikeIfExists: { 'organizations:PolicyType': 'BACKUP_POLICY' } };
  const Action = ['organizations:List*', 'organizations:CreatePolicy', 'organizations:DeletePolicy'];
  const Statement = [{ Effect: 'Allow', Principal: { AWS: guestId }, Action, Resource: '*', Condition }];
  const content = JSON.stringify({ Version: '2012-10-17', Statement });
  await organizations(management, 'put-resource-policy', '--content', content);
  expect(await organizations(guest, ...listing)).toMatchObject({ Policies: [{ Type: 'BACKUP_POLICY' }] });
  const other = await guest.try('organizations', 'list-policies', '--filter', 'TAG_POLICY');
  expect(other.stderr).toContain('AccessDeniedException');
});

test('trusted access is switched on, off and on, and a registration counts while it is on', async () => {
  const service = ['--service-principal', 'backup.amazonaws.com'];
  await organizations(management, 'enable-aws-service-access', ...service);
  const registration = ['--account-id', guestId, ...service];
  await organizations(management, 'register-delegated-administrator', ...registration);
  expect((await guest.try('organizations', 'list-delegated-administrators')).code).toBe(0);
  await organizations(management, 'delete-resource-policy');
  expect((await guest.try('organizations', 'list-accounts')).code).toBe(0);
  await organizations(management, 'disable-aws-service-access', ...service);
  expect((await guest.try('organizations', 'list-accounts')).stderr).toContain('AccessDeniedException');
  await organizations(management, 'enable-aws-service-access', ...service);
  expect((await guest.try('organizations', 'list-accounts')).code).toBe(0);
});

test('it leaves when it administers nothing any more, and the organization ends', async () => {
  expect((await guest.try('organizations', 'leave-organization')).stderr).toContain('delegated administrator');
  const registration = ['--account-id', guestId, '--service-principal', 'backup.amazonaws.com'];
  await organizations(management, 'deregister-delegated-administrator', ...registration);
  const early = await management.try('organizations', 'delete-organization');
  expect(early.stderr).toContain('OrganizationNotEmptyException');
  await organizations(guest, 'leave-organization');
  await organizations(management, 'delete-organization');
  for (const who of [guest, management]) {
    expect((await who.try('organizations', 'describe-organization')).stderr).toContain(
      'AWSOrganizationsNotInUseException',
    );
  }
});
