/**
 * `npm run bench -- overhead`: a backup job of Holdfast beside bare `restic backup` of the same data, in one run, in
 * turns.
 *
 * Measured from StartBackupJob until the job says COMPLETED, which is: request, authorization, durable job, lease,
 * restic, recovery
 * point. The bare one is restic's process alone with the same program and options, its repository made beforehand, as
 * a vault's is.
 * Cases: `large`, 1 GiB into an empty repository; `small`, a few files into one that has them. JSON lines, the ratio
 * last.
 * `--mib N` (default 1024) and `--runs N` (default 3) make it smaller or surer.
 */
import { chmodSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { createResource, DIRECTORY_TYPE, pause, readProfile, type Session } from '@holdfast/cli';
import { processRunner } from '@holdfast/connector-kit';
import { present, systemClock, systemRandom } from '@holdfast/kernel';
import { jsonLogger, readConfig, startServer } from '@holdfast/server';
import { median } from './measuring/statistics.ts';
import { makeTestData } from './measuring/test-data.ts';

const MIB = 1_048_576;
/** Often enough to see the end, seldom enough not to take restic's processor: server and poller share this process. */
const POLL_MS = 50;
const SMALL_BYTES = 2 * MIB;
const { values } = parseArgs({
  options: { mib: { type: 'string', default: '1024' }, runs: { type: 'string', default: '3' } },
});
const runs = Number(values.runs);
const run = processRunner();
const never = new AbortController().signal;

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
chmodSync(folder, 0o711);
try {
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder, { mode: 0o711 });
  const log = jsonLogger('warn', systemClock, openSync(path.join(folder, 'server.log'), 'a', 0o600));
  const { config } = readConfig({ args: ['--data', dataFolder, '--port', '0'], environment: {} });
  const server = await startServer(config, { clock: systemClock, random: systemRandom, log });
  try {
    const { accessKeyId, secretAccessKey } = present(readProfile(dataFolder), 'the profile');
    const session = { endpoint: server.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
    await compare('large', session, server.accountId, Number(values.mib) * MIB, runs, { freshRepository: true });
    await compare('small', session, server.accountId, SMALL_BYTES, runs * 4, { freshRepository: false });
  } finally {
    await server.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(
  name: string,
  session: Session,
  accountId: string,
  bytes: number,
  count: number,
  { freshRepository }: { readonly freshRepository: boolean },
): Promise<void> {
  const source = path.join(folder, `source-${name}`);
  const files = makeTestData(source, bytes, 1);
  using backup = disposable(new BackupClient(session));
  using cloudControl = disposable(new CloudControlClient(session));
  const resource = await createResource(cloudControl, DIRECTORY_TYPE, { Path: source });
  const arn = String(resource.properties['Arn']);
  const times: Record<'holdfast' | 'restic', number[]> = { holdfast: [], restic: [] };
  // Once more than counted: the first one into a kept repository is the one that fills it.
  for (let turn = freshRepository ? 1 : 0; turn <= count; turn++) {
    const place = `${name}-${freshRepository ? turn : 'kept'}`;
    const holdfast = await holdfastBackup(backup, accountId, arn, place);
    const restic = await resticBackup(source, place);
    if (turn === 0) continue;
    times.holdfast.push(holdfast);
    times.restic.push(restic);
    console.log(JSON.stringify({ bench: 'overhead', case: name, turn, holdfastMs: holdfast, resticMs: restic }));
  }
  const [ours, bare] = [median(times.holdfast), median(times.restic)];
  const ratio = Number((ours / bare).toFixed(3));
  console.log(
    JSON.stringify({
      bench: 'overhead',
      case: name,
      files,
      bytes,
      holdfastMs: ours,
      resticMs: bare,
      ratio,
      aboveMs: ours - bare,
    }),
  );
}

async function holdfastBackup(
  backup: BackupClient,
  accountId: string,
  resourceArn: string,
  vault: string,
): Promise<number> {
  await backup.send(new CreateBackupVaultCommand({ BackupVaultName: vault })).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AlreadyExistsException') throw error;
  });
  const begun = performance.now();
  const { BackupJobId: id } = await backup.send(
    new StartBackupJobCommand({
      BackupVaultName: vault,
      ResourceArn: resourceArn,
      IamRoleArn: `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`,
    }),
  );
  for (;;) {
    const { State: state, StatusMessage: message } = await backup.send(
      new DescribeBackupJobCommand({ BackupJobId: id }),
    );
    if (state === 'COMPLETED') return Math.round(performance.now() - begun);
    if (state === 'FAILED' || state === 'ABORTED' || state === 'EXPIRED' || state === 'PARTIAL')
      throw new Error(`${state}: ${message}`);
    await pause(POLL_MS);
  }
}

async function resticBackup(source: string, name: string): Promise<number> {
  const env = {
    RESTIC_REPOSITORY: path.join(folder, 'bare', name),
    RESTIC_PASSWORD: 'bench',
    RESTIC_CACHE_DIR: path.join(folder, 'bare-cache'),
  };
  if ((await restic(['cat', 'config'], env)) !== 0) await restic(['init', '--repository-version', '2'], env);
  const begun = performance.now();
  const exitCode = await restic(['backup', '--json', source], env);
  if (exitCode !== 0) throw new Error(`restic backup ended with ${exitCode}`);
  return Math.round(performance.now() - begun);
}

async function restic(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number | null> {
  const child = run({ command: ['restic'], args, env, signal: never });
  child.stdout.resume();
  return (await child.ended).exitCode;
}

function disposable<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
