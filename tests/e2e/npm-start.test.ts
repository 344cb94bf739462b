/**
 * `npm start` as a newcomer runs it: the demo in an empty folder, its last line and exit code; the second start;
 * restic alone on
 * what the demo backed up. The slow one: the demo waits for a full minute of the clock.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsCli } from './aws-cli.ts';
import { CLONE, cleanEnvironment, holdfast, run } from './program.ts';

const DEMO_TIMEOUT_MS = 8 * 60_000;

let folder: string;
let dataFolder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-start-'));
  chmodSync(folder, 0o711);
  // A path with a space, as people have them.
  dataFolder = path.join(folder, 'my data');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with the text so far once it holds `pattern`; rejects when the program ends without it. */
  shows(pattern: RegExp): Promise<string>;
  ended(): Promise<number | null>;
}

function npmStart(...options: readonly string[]): Started {
  const child = spawn('npm', ['start', '--silent', '--', '--data', dataFolder, '--port', '0', ...options], {
    cwd: CLONE,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const exited = once(child, 'close').then(([code]) => code as number | null);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  }
  return {
    child,
    output: () => text,
    ended: () => exited,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(text)) resolve(text);
        };
        child.stdout.on('data', look);
        void exited.then((code) => reject(new Error(`npm start ended with ${code}:\n${text}`)));
        look();
      }),
  };
}

test('an interrupted demo is not taken for done: the next start says so and plays it again, every restore equal', {
  timeout: DEMO_TIMEOUT_MS,
}, async () => {
  const first = npmStart('--once');
  await first.shows(/\n1\. /);
  first.child.kill('SIGTERM');
  expect(await first.ended()).not.toBe(0);

  const second = npmStart('--once');
  const code = await second.ended();
  expect({ code, output: second.output() }).toMatchObject({ code: 0 });
  expect(second.output()).toContain('The last time the demo was interrupted.');
  const lastLine = second.output().trimEnd().split('\n').at(-1);
  expect(lastLine).toBe('demo: 4 accounts, 6 plans, 6 backed up, 4 copied, 3 restored and equal, 0 failed');
  expect(second.output()).toMatch(/refused in sandbox: rules\/daily\/target_backup_vault_name @@assign my-own-vault/);
});

test('the next start plays nothing and says how to go on; its aws commands work as they stand', {
  timeout: DEMO_TIMEOUT_MS,
}, async () => {
  const begun = performance.now();
  const started = npmStart();
  const text = await started.shows(/Ctrl-C ends the server/);
  console.log(`second npm start: guide printed after ${Math.round(performance.now() - begun)} ms`);
  try {
    expect(text).not.toMatch(/\n1\. /);
    const [exports = ''] = /export AWS_.*/.exec(text) ?? [];
    const commands = [...text.matchAll(/^ {2}aws (--endpoint-url .*)$/gm)].map(([, command = '']) => command);
    expect(commands).toHaveLength(3);
    const aws = process.env['HOLDFAST_AWS'] ?? '/usr/bin/aws';
    for (const command of commands) {
      const result = await run('/bin/sh', ['-c', `${exports}\nexec ${aws} ${command}`], { env: { AWS_PAGER: '' } });
      expect(result).toMatchObject({ code: 0 });
      expect(result.stdout).not.toBe('');
    }
    expect(statSync(path.join(dataFolder, 'aws', 'credentials')).mode & 0o777).toBe(0o600);

    await listsAndRestoresWithResticAlone(text);
  } finally {
    started.child.kill('SIGTERM');
    await started.ended();
    await expect(fetch(`${endpointOf(text)}/_holdfast/health`)).rejects.toThrow();
  }
});

function endpointOf(text: string): string {
  return /http:\/\/[\d.:]+/.exec(text)?.[0] ?? '';
}

/** Issue 2, "Shown by" 4. */
async function listsAndRestoresWithResticAlone(text: string): Promise<void> {
  const endpoint = endpointOf(text);
  const [profile = ''] = /AWS_PROFILE=(\S+)/.exec(text)?.slice(1) ?? [];
  const aws = new AwsCli(
    { endpoint },
    {
      AWS_CONFIG_FILE: path.join(dataFolder, 'aws', 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(dataFolder, 'aws', 'credentials'),
      AWS_PROFILE: profile,
    },
  );
  const { BackupJobs: jobs } = await aws.call<{ BackupJobs: Record<string, string>[] }>(
    ...(['backup', 'list-backup-jobs', '--by-account-id', '*', '--by-resource-type', 'EFS'] as const),
  );
  const [job = {}] = jobs;
  const revealed = await holdfast(['vault', 'key', job['BackupVaultArn'] ?? '', '--data', dataFolder, '--json']);
  const key = JSON.parse(revealed.stdout) as { repository: string; password: string };
  const env = { RESTIC_REPOSITORY: key.repository, RESTIC_PASSWORD: key.password };
  const listed = await run('restic', ['snapshots', '--json', '--no-cache'], { env });
  const snapshots = JSON.parse(listed.stdout) as { id: string; tags: string[]; paths: string[] }[];
  const snapshot = snapshots.find(({ tags }) => tags.join(' ').includes(job['RecoveryPointArn'] ?? '?'));
  expect(snapshot).toBeDefined();
  const target = path.join(folder, 'by-restic');
  const restored = await run('restic', ['restore', snapshot?.id ?? '', '--target', target, '--no-cache'], { env });
  expect(restored).toMatchObject({ code: 0 });
  const names = await run('find', [target, '-name', '-leading-dash'], {});
  const [found = ''] = names.stdout.trim().split('\n');
  expect(existsSync(found)).toBe(true);
  expect(readFileSync(found, 'utf8')).toContain('-leading-dash');
}

test('what npm start does not know is a usage error that shows the options', async () => {
  const started = npmStart('--onec');
  expect(await started.ended()).toBe(2);
  expect(started.output()).toMatch(/--onec[\s\S]*--once {2,}end after the demo/);
});
