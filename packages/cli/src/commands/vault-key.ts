/**
 * `holdfast vault key VAULT_ARN`: the key of a vault's repository, and how restic alone lists and restores with it.
 *
 * For the operator on the server's machine only: it is asked over the operator's socket, which the server logs.
 */
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { askOperator } from '../connection/operator.ts';
import { Failure } from '../output/failure.ts';

interface KeyOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export interface VaultKey {
  readonly vaultArn: string;
  /** As restic names it: a folder, later also an address. */
  readonly repository: string;
  readonly password: string;
}

export function addVaultKey(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('key'))
    .description('reveal the key of a vault, to read it with restic alone')
    .argument('<vault-arn>', 'arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME')
    .option('--json', 'JSON, for programs')
    .action(async (vaultArn: string, options: KeyOptions) => {
      const { dataFolder } = environmentOf(context, options);
      const key = await vaultKey(dataFolder, vaultArn);
      if (options.json) return context.terminal.json(key);
      const { colours } = context.terminal;
      context.terminal.lines([
        `${colours.strong('Who has this key can read all that is in the vault. Keep it as safe as the data.')}`,
        '',
        `export RESTIC_REPOSITORY=${quoted(key.repository)}`,
        `export RESTIC_PASSWORD=${quoted(key.password)}`,
        'restic snapshots                          # every recovery point, with its tags',
        'restic ls latest                          # what is in the newest one',
        'restic restore SNAPSHOT --target FOLDER   # a directory',
        'restic dump SNAPSHOT FILE > database.dump # a database; then pg_restore --dbname DATABASE database.dump',
      ]);
    });
}

export async function vaultKey(dataFolder: string, vaultArn: string): Promise<VaultKey> {
  const answer = await askOperator(dataFolder, 'POST', '/vault-key', { vaultArn });
  const { password, storage } = (answer ?? {}) as { password?: unknown; storage?: { kind?: unknown; path?: unknown } };
  if (typeof password !== 'string' || storage?.kind !== 'directory' || typeof storage.path !== 'string') {
    throw new Failure('The server answered without a key or with a storage that this command does not know.', {
      where: vaultArn,
    });
  }
  return { vaultArn, repository: storage.path, password };
}

/** For a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
