/**
 * The main job by the real `aws` command alone: organization, policy, effective policy, vault, plan, backup, restore;
 * and what it
 * says about bad input.
 */
import { linkSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsCli, SERVICE_ERROR, USAGE_ERROR } from './aws-cli.ts';
import { run } from './program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;
let management: AwsCli;
let member: AwsCli;
let accountId: string;
let rootId: string;
let fileSystemArn: string;
let recoveryPointArn: string;

beforeAll(async () => {
  server = await startServerProcess();
  management = new AwsCli(server, server.profile);
});
afterAll(() => server[Symbol.asyncDispose]());

const DIRECTORY_TYPE = 'Holdfast::FileSystem::Directory';

function policyFile(name: string, document: unknown): string {
  mkdirSync(server.workFolder, { recursive: true });
  const file = path.join(server.workFolder, `${name}.json`);
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  return `file://${file}`;
}

function makeFiles(): string {
  const folder = path.join(server.workFolder, 'files');
  mkdirSync(path.join(folder, 'sub', 'empty'), { recursive: true });
  writeFileSync(path.join(folder, 'plain.txt'), 'plain\n');
  writeFileSync(path.join(folder, 'sub', 'ünï\ncode'), 'odd name\n', { mode: 0o600 });
  writeFileSync(path.join(folder, 'sub', 'big'), Buffer.alloc(3_000_000, 'holdfast '));
  symlinkSync('plain.txt', path.join(folder, 'link'));
  linkSync(path.join(folder, 'plain.txt'), path.join(folder, 'sub', 'hard'));
  return folder;
}

test('an organization with a unit and an account is made, and the account moved into the unit', async () => {
  const { Organization: organization } = await management.call<{ Organization: { Id: string } }>(
    'organizations',
    'create-organization',
  );
  expect(organization.Id).toMatch(/^o-[a-z0-9]{10,32}$/);
  const { Roots: roots } = await management.call<{ Roots: { Id: string }[] }>('organizations', 'list-roots');
  rootId = roots[0]?.Id ?? '';
  await management.call('organizations', 'enable-policy-type', '--root-id', rootId, '--policy-type', 'BACKUP_POLICY');
  const { OrganizationalUnit: unit } = await management.call<{ OrganizationalUnit: { Id: string } }>(
    ...(['organizations', 'create-organizational-unit', '--parent-id', rootId, '--name', 'Production'] as const),
  );
  const { CreateAccountStatus: started } = await management.call<{ CreateAccountStatus: { Id: string } }>(
    ...(['organizations', 'create-account', '--account-name', 'shop', '--email', 'shop@example.com'] as const),
  );
  const status = await management.until<{ CreateAccountStatus: { State: string; AccountId: string } }>(
    (answer) => answer.CreateAccountStatus.State === 'SUCCEEDED',
    ...(['organizations', 'describe-create-account-status', '--create-account-request-id', started.Id] as const),
  );
  accountId = status.CreateAccountStatus.AccountId;
  const move = ['--account-id', accountId, '--source-parent-id', rootId, '--destination-parent-id', unit.Id];
  await management.call('organizations', 'move-account', ...move);
  const { Accounts: accounts } = await management.call<{ Accounts: { Id: string; Name: string }[] }>(
    ...(['organizations', 'list-accounts-for-parent', '--parent-id', unit.Id] as const),
  );
  expect(accounts).toMatchObject([{ Id: accountId, Name: 'shop' }]);
});

test('an attached policy becomes the account’s effective policy', async () => {
  const assign = (value: unknown): unknown => ({ '@@assign': value });
  const rules = {
    nightly: { schedule_expression: assign('cron(0 5 ? * * *)'), target_backup_vault_name: assign('vault') },
  };
  const role = assign('arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole');
  const selections = {
    tags: { tagged: { iam_role_arn: role, tag_key: assign('backup'), tag_value: assign(['daily']) } },
  };
  const document = { plans: { company: { regions: assign(['us-east-1']), rules, selections } } };
  const { Policy: policy } = await management.call<{ Policy: { PolicySummary: { Id: string } } }>(
    ...(['organizations', 'create-policy', '--name', 'base', '--description', '', '--type', 'BACKUP_POLICY'] as const),
    '--content',
    policyFile('base', document),
  );
  await management.call(
    'organizations',
    'attach-policy',
    '--policy-id',
    policy.PolicySummary.Id,
    '--target-id',
    rootId,
  );
  const { EffectivePolicy: effective } = await management.until<{ EffectivePolicy: { PolicyContent: string } }>(
    (answer) => answer.EffectivePolicy.PolicyContent !== '{}',
    ...([
      'organizations',
      'describe-effective-policy',
      '--policy-type',
      'BACKUP_POLICY',
      '--target-id',
      accountId,
    ] as const),
  );
  expect(JSON.parse(effective.PolicyContent)).toMatchObject({
    plans: { company: { regions: ['us-east-1'], rules: { nightly: { target_backup_vault_name: 'vault' } } } },
  });
});

test('the management account works in the member through its access role', async () => {
  const { Credentials: session } = await management.call<{ Credentials: Record<string, string> }>(
    ...(['sts', 'assume-role', '--role-session-name', 'e2e'] as const),
    '--role-arn',
    `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
  );
  member = management.as({
    AWS_ACCESS_KEY_ID: session['AccessKeyId'],
    AWS_SECRET_ACCESS_KEY: session['SecretAccessKey'],
    AWS_SESSION_TOKEN: session['SessionToken'],
  });
  const caller = await member.call<{ Account: string; Arn: string }>('sts', 'get-caller-identity');
  expect(caller).toMatchObject({
    Account: accountId,
    Arn: expect.stringContaining(':assumed-role/OrganizationAccountAccessRole/e2e'),
  });
});

test('the member sees the organization’s plan and cannot delete it', async () => {
  const { BackupPlansList: plans } = await member.until<{
    BackupPlansList: { BackupPlanId: string; BackupPlanName: string }[];
  }>((answer) => answer.BackupPlansList.length > 0, ...(['backup', 'list-backup-plans'] as const));
  expect(plans).toMatchObject([{ BackupPlanId: expect.stringMatching(/^orgs\//), BackupPlanName: 'company' }]);
  const refused = await member.try('backup', 'delete-backup-plan', '--backup-plan-id', plans[0]?.BackupPlanId ?? '');
  expect(refused).toMatchObject({ code: SERVICE_ERROR, stderr: expect.stringContaining('created by organizations') });
});

test('a vault, a resource, a plan and a selection are made', async () => {
  const vault = await member.call<{ BackupVaultArn: string }>(
    'backup',
    'create-backup-vault',
    '--backup-vault-name',
    'vault',
  );
  expect(vault.BackupVaultArn).toBe(`arn:aws:backup:us-east-1:${accountId}:backup-vault:vault`);
  const state = { Path: makeFiles(), Tags: [{ Key: 'backup', Value: 'daily' }] };
  const { ProgressEvent: event } = await member.call<{ ProgressEvent: { RequestToken: string } }>(
    ...([
      'cloudcontrol',
      'create-resource',
      '--type-name',
      DIRECTORY_TYPE,
      '--desired-state',
      JSON.stringify(state),
    ] as const),
  );
  const done = await member.until<{ ProgressEvent: { OperationStatus: string; Identifier: string } }>(
    (answer) => answer.ProgressEvent.OperationStatus === 'SUCCESS',
    ...(['cloudcontrol', 'get-resource-request-status', '--request-token', event.RequestToken] as const),
  );
  const { ResourceDescription: description } = await member.call<{ ResourceDescription: { Properties: string } }>(
    ...([
      'cloudcontrol',
      'get-resource',
      '--type-name',
      DIRECTORY_TYPE,
      '--identifier',
      done.ProgressEvent.Identifier,
    ] as const),
  );
  fileSystemArn = (JSON.parse(description.Properties) as { Arn: string }).Arn;
  expect(fileSystemArn).toMatch(
    new RegExp(`^arn:aws:elasticfilesystem:us-east-1:${accountId}:file-system/fs-[0-9a-f]+$`),
  );

  const plan = { BackupPlanName: 'own', Rules: [{ RuleName: 'daily', TargetBackupVaultName: 'vault' }] };
  const { BackupPlanId: id } = await member.call<{ BackupPlanId: string }>(
    ...(['backup', 'create-backup-plan', '--backup-plan', JSON.stringify(plan)] as const),
  );
  const selection = { SelectionName: 'all', IamRoleArn: defaultRole(), Resources: ['*'] };
  await member.call(
    'backup',
    'create-backup-selection',
    '--backup-plan-id',
    id,
    '--backup-selection',
    JSON.stringify(selection),
  );
  const read = await member.call<{ BackupPlan: { Rules: unknown[] } }>(
    'backup',
    'get-backup-plan',
    '--backup-plan-id',
    id,
  );
  expect(read.BackupPlan.Rules).toMatchObject([{ RuleName: 'daily', ScheduleExpression: 'cron(0 5 ? * * *)' }]);
});

test('a backup job ends with a recovery point in the vault', async () => {
  const { BackupJobId: id } = await member.call<{ BackupJobId: string }>(
    ...(['backup', 'start-backup-job', '--backup-vault-name', 'vault', '--resource-arn', fileSystemArn] as const),
    '--iam-role-arn',
    defaultRole(),
  );
  const job = await member.until<{ State: string; RecoveryPointArn: string; StatusMessage?: string }>(
    ({ State: state }) => ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].includes(state),
    ...(['backup', 'describe-backup-job', '--backup-job-id', id] as const),
  );
  expect(job).toMatchObject({ State: 'COMPLETED', PercentDone: '100.0' });
  const { RecoveryPoints: points } = await member.call<{
    RecoveryPoints: { RecoveryPointArn: string; Status: string }[];
  }>(...(['backup', 'list-recovery-points-by-backup-vault', '--backup-vault-name', 'vault'] as const));
  expect(points).toMatchObject([
    { RecoveryPointArn: job.RecoveryPointArn, Status: 'COMPLETED', ResourceArn: fileSystemArn },
  ]);
  recoveryPointArn = job.RecoveryPointArn;
});

test('a restore brings back every byte beside the original, as EFS does', async () => {
  const { RestoreMetadata: metadata } = await member.call<{ RestoreMetadata: Record<string, string> }>(
    ...(['backup', 'get-recovery-point-restore-metadata', '--backup-vault-name', 'vault'] as const),
    '--recovery-point-arn',
    recoveryPointArn,
  );
  const { RestoreJobId: id } = await member.call<{ RestoreJobId: string }>(
    ...([
      'backup',
      'start-restore-job',
      '--recovery-point-arn',
      recoveryPointArn,
      '--iam-role-arn',
      defaultRole(),
    ] as const),
    '--metadata',
    JSON.stringify({ ...metadata, newFileSystem: 'false' }),
  );
  const job = await member.until<{ Status: string; StatusMessage?: string }>(
    ({ Status: status }) => ['COMPLETED', 'FAILED', 'ABORTED'].includes(status),
    ...(['backup', 'describe-restore-job', '--restore-job-id', id] as const),
  );
  expect(job).toMatchObject({ Status: 'COMPLETED' });
  const folder = path.join(server.workFolder, 'files');
  const [restored = ''] = readdirSync(folder).filter((name) => name.startsWith('aws-backup-restore_'));
  expect(restored).not.toBe('');
  const moved = path.join(server.workFolder, 'restored');
  renameSync(path.join(folder, restored), moved);
  const compared = await run('diff', ['--recursive', '--no-dereference', folder, moved]);
  expect(compared).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(statSync(path.join(moved, 'sub', 'hard')).ino).toBe(statSync(path.join(moved, 'plain.txt')).ino);
});

test.each<[what: string, args: () => [string, string, ...string[]], expected: RegExp]>([
  [
    'a policy that is not JSON',
    () => [
      'organizations',
      'create-policy',
      '--name',
      'x',
      '--description',
      '',
      '--type',
      'BACKUP_POLICY',
      '--content',
      policyFile('bad', '{"plans":'),
    ],
    /\(MalformedPolicyDocumentException\) when calling the CreatePolicy operation/,
  ],
  [
    'a policy with a duplicate key',
    () => [
      'organizations',
      'create-policy',
      '--name',
      'x',
      '--description',
      '',
      '--type',
      'BACKUP_POLICY',
      '--content',
      policyFile('twice', '{"plans":{},"plans":{}}'),
    ],
    /MalformedPolicyDocumentException/,
  ],
  [
    'a unit that is not there',
    () => ['organizations', 'describe-organizational-unit', '--organizational-unit-id', 'ou-abcd-12345678'],
    /OrganizationalUnitNotFoundException/,
  ],
  [
    'a vault of nobody',
    () => ['backup', 'describe-backup-vault', '--backup-vault-name', 'missing'],
    /\(AccessDeniedException\).*Insufficient privileges/,
  ],
  ['an operation that does not exist yet', () => ['backup', 'list-frameworks'], /NotImplementedException/],
])('%s is refused with AWS’s error', async (_what, args, expected) => {
  const refused = await management.try(...args());
  expect(refused.code).toBe(SERVICE_ERROR);
  expect(refused.stderr).toMatch(expected);
});

test('an unknown key and a wrong secret are refused', async () => {
  const [unknown, wrong] = await Promise.all([
    management
      .as({ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' })
      .try('backup', 'list-backup-vaults'),
    member.as({ AWS_ACCESS_KEY_ID: await keyOf(), AWS_SECRET_ACCESS_KEY: 'wrong' }).try('backup', 'list-backup-vaults'),
  ]);
  expect(unknown).toMatchObject({ code: SERVICE_ERROR, stderr: expect.stringMatching(/UnrecognizedClientException/) });
  expect(wrong).toMatchObject({ code: SERVICE_ERROR, stderr: expect.stringMatching(/InvalidSignatureException/) });
});

test('what the aws command itself refuses never reaches the server', async () => {
  expect(await management.try('backup', 'start-backup-job')).toMatchObject({ code: USAGE_ERROR });
});

function defaultRole(): string {
  return `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
}

async function keyOf(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(server.profile['AWS_SHARED_CREDENTIALS_FILE'] ?? '', 'utf8');
  return /aws_access_key_id = (\S+)/.exec(text)?.[1] ?? '';
}
