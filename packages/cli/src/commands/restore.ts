/**
 * `holdfast restore RECOVERY_POINT`: restores a directory or a database to a new place, and waits until it is there.
 *
 * Never over what exists: a directory goes into a new folder, a database into a new database. `--metadata KEY=VALUE`
 * passes
 * what has no option of its own. Exit code 0 only if the job has COMPLETED.
 */
import path from 'node:path';
import type { BackupClient } from '@aws-sdk/client-backup';
import { parseArn } from '@holdfast/kernel';
import type { Command } from 'commander';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { followJobs, hasEnded } from '../jobs/job-progress.ts';
import { restoreRow } from '../jobs/job-rows.ts';
import { EXIT_FAILED, UsageFailure } from '../output/failure.ts';
import { type RestoreWish, restoreMetadata } from '../restores/restore-metadata.ts';

/** As AWS's console makes it; Holdfast makes it with each account. */
const DEFAULT_ROLE = 'service-role/AWSBackupDefaultServiceRole';

interface RestoreOptions extends ServerOptions, RestoreWish {
  readonly vault?: string;
  readonly role: string;
  readonly wait: boolean;
  readonly json?: boolean;
}

export function addRestore(parent: Command, context: CommandContext): void {
  withAccountOption(withServerOptions(parent.command('restore')))
    .description('restore a recovery point to a new place')
    .argument('<recovery-point-arn>', 'as in holdfast jobs --json')
    .option('--vault <name>', 'the vault it is in (default: looked for)')
    .option('--to <folder>', 'directory: the new folder to restore into')
    .option('--item <path>', 'directory: restore only this path; may be given several times', gather)
    .option('--database <name>', 'PostgreSQL: the new database to restore into')
    .option(
      '--server <id>',
      "PostgreSQL: a registered database on the server to use (default: the backup's own server)",
    )
    .option('--identifier <id>', 'PostgreSQL: identifier of the resource that is made')
    .option(
      '--metadata <key=value>',
      'anything else that StartRestoreJob takes; may be given several times',
      gatherPair,
    )
    .option('--role <path>', 'the role that restores', DEFAULT_ROLE)
    .option('--no-wait', 'only start it')
    .option('--json', 'JSON, for programs')
    .action((recoveryPointArn: string, options: RestoreOptions) => restore(context, recoveryPointArn, options));
}

async function restore(context: CommandContext, recoveryPointArn: string, options: RestoreOptions): Promise<void> {
  const arn = parseArn(recoveryPointArn);
  if (!arn) throw new UsageFailure(`'${recoveryPointArn}' is not the ARN of a recovery point.`);
  const session = await sessionOf(context, { ...options, region: options.region ?? arn.region });
  const sdk = await import('@aws-sdk/client-backup');
  using backup = disposable(new sdk.BackupClient(session));
  const vault = options.vault ?? (await vaultOf(backup, recoveryPointArn));
  const point = await backup.send(
    new sdk.DescribeRecoveryPointCommand({ BackupVaultName: vault, RecoveryPointArn: recoveryPointArn }),
  );
  const known = await backup.send(
    new sdk.GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: vault, RecoveryPointArn: recoveryPointArn }),
  );
  const accountId = parseArn(point.BackupVaultArn ?? '')?.accountId ?? arn.accountId;
  const { RestoreJobId: id = '' } = await backup.send(
    new sdk.StartRestoreJobCommand({
      RecoveryPointArn: recoveryPointArn,
      IamRoleArn: `arn:aws:iam::${accountId}:role/${options.role}`,
      Metadata: restoreMetadata(point.ResourceType ?? '', known.RestoreMetadata ?? {}, absolute(context, options)),
    }),
  );
  if (!options.wait) return context.terminal.line(id);
  await follow(context, backup, id, options);
}

/** A folder counts from where the command runs; the server knows nothing of that. */
function absolute({ environment }: CommandContext, options: RestoreOptions): RestoreOptions {
  return options.to === undefined ? options : { ...options, to: path.resolve(environment.workingFolder, options.to) };
}

async function follow(
  context: CommandContext,
  backup: BackupClient,
  id: string,
  options: RestoreOptions,
): Promise<void> {
  const { DescribeRestoreJobCommand } = await import('@aws-sdk/client-backup');
  const { terminal, signal } = context;
  const quiet = { ...terminal, isLive: false, line: () => undefined, lines: () => undefined };
  const [job] = await followJobs(options.json ? quiet : terminal, {
    read: async () => [restoreRow(await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id })))],
    isDone: (jobs) => jobs.every(hasEnded),
    label: () => id,
    signal,
  });
  const {
    CreatedResourceArn: created,
    StatusMessage: message,
    Status: status,
  } = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id }));
  if (options.json) terminal.json({ restoreJobId: id, status, createdResourceArn: created, message });
  else if (status === 'COMPLETED') terminal.line(`Restored${created ? ` as ${created}` : ''}.`);
  else
    terminal.warn(
      `The restore ${job && hasEnded(job) ? `ended as ${status}` : 'goes on; holdfast jobs shows it'}${message ? `: ${message}` : ''}`,
    );
  if (status !== 'COMPLETED') context.outcome.exitCode = EXIT_FAILED;
}

/** The vault that holds the point: AWS asks for its name with everything that concerns a point. */
async function vaultOf(backup: BackupClient, recoveryPointArn: string): Promise<string> {
  const sdk = await import('@aws-sdk/client-backup');
  for await (const page of sdk.paginateListBackupVaults({ client: backup }, {})) {
    for (const { BackupVaultName: name } of page.BackupVaultList ?? []) {
      const found = await backup
        .send(new sdk.DescribeRecoveryPointCommand({ BackupVaultName: name, RecoveryPointArn: recoveryPointArn }))
        .catch((error: unknown) => {
          if (error instanceof sdk.ResourceNotFoundException) return undefined;
          throw error;
        });
      if (found && name !== undefined) return name;
    }
  }
  throw new UsageFailure('No vault of this account and region holds that recovery point.', {
    where: recoveryPointArn,
    advice: 'Say whose it is (--account ID) and where (--region NAME).',
  });
}

function gather(text: string, gathered: readonly string[] = []): readonly string[] {
  return [...gathered, text];
}

function gatherPair(text: string, gathered: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageFailure(`'${text}' is no metadata.`, { advice: 'Write --metadata KEY=VALUE.' });
  return { ...gathered, [text.slice(0, at)]: text.slice(at + 1) };
}
