/**
 * Whose organization a play makes: the first one's management account is the one that the server's first start made;
 * a repeated
 * play gets a stand-alone account of its own from the operator, and its key a profile beside the first.
 */
import { appendFileSync } from 'node:fs';
import { askOperator, credentialsFile, newAccount, PROFILE_NAME, readProfile, type Session } from '@holdfast/cli';
import { present } from '@holdfast/kernel';
import { HOME_REGION } from './play/cast.ts';

export interface Management {
  readonly session: Session;
  /** In the data folder's credentials file. */
  readonly profile: string;
}

export async function managementOf(run: number, endpoint: string, dataFolder: string): Promise<Management> {
  const profile = run === 1 ? PROFILE_NAME : `${PROFILE_NAME}-demo-${run}`;
  if (run > 1) await makeManagement(run, profile, dataFolder);
  const { accessKeyId, secretAccessKey } = present(readProfile(dataFolder, profile), `profile ${profile}`);
  return { profile, session: { endpoint, region: HOME_REGION, credentials: { accessKeyId, secretAccessKey } } };
}

async function makeManagement(run: number, profile: string, dataFolder: string): Promise<void> {
  const account = { name: `management ${run}`, email: `management+${run}@demo.example` };
  const { accessKeyId, secretAccessKey } = newAccount(await askOperator(dataFolder, 'POST', '/accounts', account));
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    `region = ${HOME_REGION}`,
  ];
  appendFileSync(credentialsFile(dataFolder), `\n${lines.join('\n')}\n`, { mode: 0o600 });
}
