/**
 * The first start on an empty database: one stand-alone account with an administrator, whose access key is written to
 * an AWS profile in the data folder. Every start: the master key must be the one that the database's secrets are sealed
 * with.
 *
 * The key is in the file before the account is committed: a crash in between leaves a useless file, which the next
 * start replaces, and never an account that nobody can sign in to.
 */
import { sql } from 'kysely';
import type { DataFolder } from './data-folder.ts';
import { writePrivateFile } from './data-folder.ts';
import type { Installation } from './installation.ts';
import { createStandaloneAccount, type FixedIds } from './operator/create-account.ts';
import { SealError } from './secrets/sealer.ts';
import { firstAccount } from './store/account.ts';
import type { Queryable } from './store/database.ts';
import { findMasterKeyCheck, insertMasterKeyCheck, MASTER_KEY_CHECK_CONTEXT } from './store/identity-master-key.ts';

export const PROFILE = 'holdfast';
/** Any number that only Holdfast takes: two servers that start on one empty database make one account. */
const ADVISORY_LOCK = 4_815_162_343;
const CHECK_TEXT = 'holdfast';

export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey';
}

export interface FirstAccount {
  readonly email: string;
  /** Default: at random. */
  readonly fixed?: FixedIds | undefined;
}

/**
 * @returns the first account's id
 * @throws WrongMasterKey when the database was used with another one
 */
export async function firstBoot(
  installation: Installation,
  folder: DataFolder,
  { email, fixed }: FirstAccount,
): Promise<string> {
  const known = await knownAccount(installation.db, installation, folder);
  if (known !== undefined) return known;
  return installation.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    const made = await knownAccount(tx, installation, folder);
    if (made !== undefined) return made;
    await insertMasterKeyCheck(tx, installation.sealer.seal(CHECK_TEXT, MASTER_KEY_CHECK_CONTEXT));
    const key = await createStandaloneAccount(tx, installation, { name: 'management', email }, fixed);
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

async function knownAccount(
  db: Queryable,
  { sealer }: Installation,
  { masterKey }: DataFolder,
): Promise<string | undefined> {
  const check = await findMasterKeyCheck(db);
  if (check === undefined) return undefined;
  try {
    sealer.open(check, MASTER_KEY_CHECK_CONTEXT);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new WrongMasterKey(
      `The database's secrets are sealed with another master key than ${masterKey}. ` +
        'Put the key of the server that made this database there; without it its secrets cannot be read.',
      { cause },
    );
  }
  return (await firstAccount(db))?.id;
}

/**
 * Written with each start, since the port may be another one. Older AWS CLIs ignore `endpoint_url` and need
 * `--endpoint-url`.
 */
export function writeAwsConfig(folder: DataFolder, endpoint: string, region: string): void {
  const lines = [`[profile ${PROFILE}]`, `region = ${region}`, `endpoint_url = ${endpoint}`, 'output = json'];
  writePrivateFile(folder.awsConfig, `${lines.join('\n')}\n`);
}
