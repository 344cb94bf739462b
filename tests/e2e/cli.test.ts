/**
 * The `holdfast` command as a process: what it does, what it prints, how it ends; against a real server, and without
 * one.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsCli } from './aws-cli.ts';
import { type Finished, holdfast, run } from './program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

let server: ServerProcess;
let aws: AwsCli;
let accountId: string;

beforeAll(async () => {
  server = await startServerProcess();
  aws = new AwsCli(server, server.profile);
  const { Account: account } = await aws.call<{ Account: string }>('sts', 'get-caller-identity');
  accountId = account;
  await aws.call('backup', 'create-backup-vault', '--backup-vault-name', 'vault');
});
afterAll(() => server[Symbol.asyncDispose]());

/** On the server's data folder. */
function cli(...args: readonly string[]): Promise<Finished> {
  return holdfast([...args, '--data', server.dataFolder]);
}

async function json<Answer>(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await cli(...args, '--json');
  if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}

interface Resource {
  readonly identifier: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

function files(): string {
  const folder = path.join(server.workFolder, 'files');
  mkdirSync(path.join(folder, 'below'), { recursive: true });
  writeFileSync(path.join(folder, 'one'), '1\n');
  writeFileSync(path.join(folder, 'below', 'line\nbreak'), '2\n');
  return folder;
}

let directory: Resource;
let recoveryPointArn: string;

test('resource add directory registers it with its tags, resource list and show tell of it', async () => {
  directory = await json<Resource>(
    'resource',
    'add',
    'directory',
    files(),
    '--name',
    'web',
    '--tag',
    'backup=daily',
    '--tag',
    'empty=',
  );
  expect(directory.properties).toMatchObject({
    Path: files(),
    Name: 'web',
    Tags: expect.arrayContaining([
      { Key: 'backup', Value: 'daily' },
      { Key: 'empty', Value: '' },
    ]),
  });
  const list = await cli('resource', 'list');
  expect(list.stdout).toMatch(/^RESOURCE +TYPE +NAME +LOCATION +TAGS\n/);
  expect(list.stdout).toContain(`${directory.identifier}  Directory  web`);
  const shown = await cli('resource', 'show', directory.identifier);
  expect(shown.stdout).toMatch(/Path +\S*files\n/);
});

test.each<[how: string, args: (file: string) => readonly string[], env: Record<string, string>, input: string]>([
  ['a file', (file) => ['--password-file', file], {}, ''],
  ['an environment variable', () => ['--password-env', 'SHOP_PASSWORD'], { SHOP_PASSWORD: 'geheim' }, ''],
  ['a pipe', () => [], {}, 'geheim\n'],
])('a database’s password comes from %s and is never shown', async (how, args, env, input) => {
  mkdirSync(server.workFolder, { recursive: true });
  const file = path.join(server.workFolder, 'password');
  writeFileSync(file, 'geheim\nsecond line\n');
  const identifier = `db-${how.replaceAll(/\W/g, '')}`;
  const added = await holdfast(
    [
      'resource',
      'add',
      'postgresql',
      '--host',
      'db.example',
      '--database',
      'shop',
      '--user',
      'backup',
      '--identifier',
      identifier,
      ...args(file),
      '--data',
      server.dataFolder,
    ],
    { env, input },
  );
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(`Registered ${identifier}`) });
  const shown = await cli('resource', 'show', identifier);
  expect(shown.stdout).toContain('db.example');
  expect(`${added.stdout}${shown.stdout}`).not.toContain('geheim');
  await cli('resource', 'remove', identifier);
  const gone = await cli('resource', 'show', identifier);
  expect(gone).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/There is no resource .*\n.*what to do: holdfast resource list/),
  });
});

test('jobs lists a backup job with its state and size, as table and as JSON', async () => {
  const { BackupJobId: id } = await aws.call<{ BackupJobId: string }>(
    ...(['backup', 'start-backup-job', '--backup-vault-name', 'vault', '--iam-role-arn', role()] as const),
    '--resource-arn',
    String(directory.properties['Arn']),
  );
  await aws.until<{ State: string }>(
    ({ State: state }) => state === 'COMPLETED',
    'backup',
    'describe-backup-job',
    '--backup-job-id',
    id,
  );
  const [job] = await json<{ id: string; state: string; recoveryPointArn: string }[]>('jobs');
  expect(job).toMatchObject({ kind: 'backup', id, accountId, state: 'COMPLETED', percentDone: 100 });
  recoveryPointArn = job?.recoveryPointArn ?? '';
  const table = await cli('jobs', '--state', 'completed');
  expect(table.stdout).toMatch(
    /^JOB +ID +ACCOUNT +STATE +DONE +RESOURCE +VAULT +SIZE +CREATED +TOOK +MESSAGE\nbackup /,
  );
  expect((await cli('jobs', '--state', 'EXPIRED')).stdout).toBe('No jobs.\n');
});

test('restore puts a directory into a new folder and says so with its exit code', async () => {
  const target = path.join(server.workFolder, 'restored');
  const restored = await cli('restore', recoveryPointArn, '--to', target);
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('Restored') });
  expect(await run('diff', ['--recursive', files(), target])).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a restore into a folder that is in use fails with exit code 1 and the reason', async () => {
  const refused = await cli('restore', recoveryPointArn, '--to', files());
  expect(refused.code).toBe(1);
  expect(refused.stderr).not.toBe('');
  expect(readdirSync(files()).sort()).toEqual(['below', 'one']);
});

test('restic alone, with the key that vault key reveals, lists and restores the recovery point', async () => {
  const key = await json<{ repository: string; password: string }>(
    'vault',
    'key',
    `arn:aws:backup:us-east-1:${accountId}:backup-vault:vault`,
  );
  const env = { RESTIC_REPOSITORY: key.repository, RESTIC_PASSWORD: key.password };
  const { stdout } = await run('restic', ['snapshots', '--json', '--no-cache'], { env });
  const [snapshot] = JSON.parse(stdout) as { id: string; tags: string[] }[];
  expect(snapshot?.tags.join(' ')).toContain(recoveryPointArn);
  const target = path.join(server.workFolder, 'by-restic');
  const restored = await run('restic', ['restore', snapshot?.id ?? '', '--target', target, '--no-cache'], { env });
  expect(restored).toMatchObject({ code: 0 });
  const found = execFileSync('find', [target, '-name', 'one'], { encoding: 'utf8' }).trim();
  expect(readFileSync(found, 'utf8')).toBe('1\n');
  const printed = await cli('vault', 'key', `arn:aws:backup:us-east-1:${accountId}:backup-vault:vault`);
  expect(printed.stdout).toContain(`export RESTIC_PASSWORD=`);
});

test('account create makes an account whose key works', async () => {
  const account = await json<{ accountId: string; accessKeyId: string; secretAccessKey: string }>(
    ...(['account', 'create', '--name', 'second', '--email', 'second@example.com'] as const),
  );
  const who = aws.as({ AWS_ACCESS_KEY_ID: account.accessKeyId, AWS_SECRET_ACCESS_KEY: account.secretAccessKey });
  expect(await who.call('sts', 'get-caller-identity')).toMatchObject({ Account: account.accountId });
});

test('policy effective shows values with who set them, and what was refused', async () => {
  await aws.call('organizations', 'create-organization');
  const { Roots: roots } = await aws.call<{ Roots: { Id: string }[] }>('organizations', 'list-roots');
  const rootId = roots[0]?.Id ?? '';
  await aws.call('organizations', 'enable-policy-type', '--root-id', rootId, '--policy-type', 'BACKUP_POLICY');
  const assign = (value: unknown): Record<string, unknown> => ({ '@@assign': value });
  const locked = { ...assign('vault'), '@@operators_allowed_for_child_policies': ['@@none'] };
  await attach('base', rootId, {
    regions: assign(['us-east-1']),
    rules: { daily: { target_backup_vault_name: locked } },
    selections: {
      tags: {
        all: { iam_role_arn: assign('arn:aws:iam::$account:role/x'), tag_key: assign('k'), tag_value: assign(['v']) },
      },
    },
  });
  await attach('wishes', accountId, { rules: { daily: { target_backup_vault_name: assign('mine') } } });
  await aws.until<{ EffectivePolicy: { PolicyContent: string } }>(
    (answer) => answer.EffectivePolicy.PolicyContent !== '{}',
    ...(['organizations', 'describe-effective-policy', '--policy-type', 'BACKUP_POLICY'] as const),
  );
  const { stdout } = await cli('policy', 'effective', '--account', accountId);
  expect(stdout).toMatch(/plans\/p\/rules\/daily\/target_backup_vault_name +vault +base at root/);
  expect(stdout).toMatch(
    /refused plans\/p\/rules\/daily\/target_backup_vault_name: @@assign mine, asked by wishes at .*, forbidden by base at root/,
  );
  expect(await json('policy', 'effective')).toMatchObject({ plans: { p: { regions: ['us-east-1'] } } });
});

async function attach(name: string, targetId: string, plan: unknown): Promise<void> {
  const content = JSON.stringify({ plans: { p: plan } });
  const { Policy: policy } = await aws.call<{ Policy: { PolicySummary: { Id: string } } }>(
    ...([
      'organizations',
      'create-policy',
      '--name',
      name,
      '--description',
      '',
      '--type',
      'BACKUP_POLICY',
      '--content',
      content,
    ] as const),
  );
  await aws.call('organizations', 'attach-policy', '--policy-id', policy.PolicySummary.Id, '--target-id', targetId);
}

test('doctor finds nothing wrong with a running server', async () => {
  const report = await json<{ ok: boolean; checks: { name: string; state: string }[] }>('doctor');
  expect(report.checks.filter(({ state }) => state === 'problem')).toEqual([]);
  expect(report.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'restic',
      'pg_dump',
      'pg_restore',
      'psql',
      'data folder',
      'secrets',
      'server',
      'clock',
      'database',
      'agent',
    ]),
  );
  // There are several accounts by now, and nobody said which folders are whose.
  expect(report.checks.find(({ name }) => name === 'folders')).toMatchObject({ state: 'warning' });
});

test.each<[what: string, args: readonly string[], expected: RegExp]>([
  ['an unknown command', ['jop'], /unknown command 'jop'/],
  ['an unknown option', ['jobs', '--stat', 'x'], /unknown option '--stat'\n.*--state/],
  ['a state that does not exist', ['jobs', '--state', 'DONE'], /'DONE' is not a state of jobs/],
  ['a tag without a value', ['resource', 'add', 'directory', '/', '--tag', 'x'], /'x' is not a tag/],
  ['a missing argument', ['restore'], /missing required argument 'recovery-point-arn'/],
  ['something that is no ARN', ['restore', 'latest'], /'latest' is not the ARN of a recovery point/],
  ['a port out of range', ['start', '--port', '70000'], /'70000' is not a port/],
])('%s is a usage error: exit code 2', async (_what, args, expected) => {
  const { code, stderr, stdout } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(expected);
});

test('without a server, commands say where they looked and what to do; doctor still checks the machine', async () => {
  const empty = mkdtempSync(path.join(tmpdir(), 'holdfast-empty-'));
  try {
    const jobs = await holdfast(['jobs', '--data', empty]);
    expect(jobs).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It is not known where the Holdfast server is.'),
    });
    const key = await holdfast(['vault', 'key', 'arn:aws:backup:us-east-1:1:backup-vault:v', '--data', empty]);
    expect(key).toMatchObject({ code: 1, stderr: expect.stringContaining('The server is not running.') });
    const away = await holdfast(['jobs', '--endpoint-url', 'http://127.0.0.1:9'], {
      env: { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
    });
    expect(away).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)[\s\S]*what to do: Start it/),
    });
    const doctor = await holdfast(['doctor', '--data', empty]);
    expect(doctor).toMatchObject({ code: 0, stdout: expect.stringContaining('ok       restic') });
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
});

test('doctor ends with exit code 1 when a program is missing, and says how to get it', async () => {
  const { code, stdout } = await holdfast(['doctor', '--data', server.dataFolder], { env: { PATH: '/nonexistent' } });
  expect(code).toBe(1);
  expect(stdout).toMatch(/problem +restic +not found on the search path\n +what to do: (sudo apt-get|brew) install/);
});

test('the last: Ctrl-C ends the server in order, with exit code 0 and nothing of it left running', async () => {
  expect(await server.stop()).toBe(0);
  expect(existsSync(path.join(server.dataFolder, 'operator.sock'))).toBe(false);
  expect(await cli('jobs')).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be reached') });
});

function role(): string {
  return `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
}
