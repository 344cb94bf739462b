/**
 * The first start on an empty database: one stand-alone account with an administrator, whose access key is written to an AWS
 * profile in the data folder.
 *
 * The key is in the file before the account is committed: a crash in between leaves a useless file, which the next start replaces,
 * and never an account that nobody can sign in to.
 */
import { sql } from 'kysely';
import type { DataFolder } from './data-folder.ts';
import { writePrivateFile } from './data-folder.ts';
import type { Installation } from './installation.ts';
import { createStandaloneAccount } from './operator/create-account.ts';
import { firstAccount } from './store/account.ts';

export const PROFILE = 'holdfast';
/** Any number that only Holdfast takes: two servers that start on one empty database make one account. */
const ADVISORY_LOCK = 4_815_162_343;

/** @returns the first account's id */
export async function firstBoot(installation: Installation, folder: DataFolder, email: string): Promise<string> {
  const known = await firstAccount(installation.db);
  if (known) return known.id;
  return installation.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    const made = await firstAccount(tx);
    if (made) return made.id;
    const key = await createStandaloneAccount(tx, installation, { name: 'management', email });
    const lines = [
      `[${PROFILE}]`,
      `aws_access_key_id = ${key.accessKeyId}`,
      `aws_secret_access_key = ${key.secretAccessKey}`,
    ];
    writePrivateFile(folder.awsCredentials, `${lines.join('\n')}\n`);
    installation.log.info('server.first-account', { accountId: key.accountId });
    return key.accountId;
  });
}

/** Written with each start, since the port may be another one. Older AWS CLIs ignore `endpoint_url` and need `--endpoint-url`. */
export function writeAwsConfig(folder: DataFolder, endpoint: string, region: string): void {
  const lines = [`[profile ${PROFILE}]`, `region = ${region}`, `endpoint_url = ${endpoint}`, 'output = json'];
  writePrivateFile(folder.awsConfig, `${lines.join('\n')}\n`);
}
