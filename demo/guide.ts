/** How to go on after the demo: where the server is, whose key there is, three commands that work as they stand. */
import { configFile, credentialsFile, type Terminal } from '@holdfast/cli';
import type { DemoResult } from './state.ts';

export interface Place {
  readonly endpoint: string;
  readonly dataFolder: string;
}

/** `endpoint_url` in a profile is unknown to older AWS CLIs, so each command names the endpoint itself. */
export function guide(
  { colours }: Terminal,
  { endpoint, dataFolder }: Place,
  result: DemoResult | undefined,
): string[] {
  const aws = `aws --endpoint-url ${endpoint}`;
  const account = result?.exampleAccountId;
  return [
    `${colours.strong('Holdfast answers on')} ${endpoint}`,
    `AWS profile of the management account: ${result?.profile ?? 'holdfast'} in ${credentialsFile(dataFolder)}`,
    '',
    'Try it with any AWS client, in another terminal:',
    `  export AWS_CONFIG_FILE=${quoted(configFile(dataFolder))} AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsFile(dataFolder))} AWS_PROFILE=${result?.profile ?? 'holdfast'}`,
    ...(account === undefined
      ? [
          `  ${aws} sts get-caller-identity`,
          `  ${aws} backup list-backup-vaults`,
          `  ${aws} organizations create-organization --feature-set ALL`,
        ]
      : [
          `  ${aws} organizations list-accounts --output table`,
          `  ${aws} organizations describe-effective-policy --policy-type BACKUP_POLICY --target-id ${account}`,
          `  ${aws} backup list-backup-jobs --by-account-id '*' --query 'BackupJobs[].[AccountId,ResourceName,State,BackupSizeInBytes]' --output table`,
        ]),
    `or with Holdfast's own: npm run holdfast -- jobs --account all${defaultData(dataFolder)}`,
  ];
}

function defaultData(dataFolder: string): string {
  return dataFolder === `${process.cwd()}/data` ? '' : ` --data ${quoted(dataFolder)}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
