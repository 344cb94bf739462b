/** Actions, resources and variables. Source: IAM's pages on the policy elements Action, Resource and variables. */
import { ANN, type DecisionRow, ME, OTHER, type Statement, VAULT } from './decision-table.ts';

const acting = (rule: string, statement: Statement, action: string, decision: string): DecisionRow => [
  rule,
  { identity: statement },
  { action },
  decision,
];

const ACTIONS: readonly DecisionRow[] = [
  acting('an action is itself', { Action: 'backup:CreateBackupVault' }, 'backup:CreateBackupVault', 'allow'),
  acting('actions know no case', { Action: 'BACKUP:createbackupvault' }, 'backup:CreateBackupVault', 'allow'),
  acting('an action is no other', { Action: 'backup:CreateBackupVault' }, 'backup:DeleteBackupVault', 'no identity'),
  acting('an action is no beginning of one', { Action: 'backup:List' }, 'backup:ListTags', 'no identity'),
  acting('a star at the end', { Action: 'backup:Create*' }, 'backup:CreateBackupVault', 'allow'),
  acting('a star at the end, another beginning', { Action: 'backup:Create*' }, 'backup:ListTags', 'no identity'),
  acting('a star at the beginning', { Action: 'backup:*Vault' }, 'backup:DeleteBackupVault', 'allow'),
  acting('stars on both sides', { Action: 'backup:*Backup*' }, 'backup:StartBackupJob', 'allow'),
  acting('a star may stand for nothing', { Action: 'backup:ListTags*' }, 'backup:ListTags', 'allow'),
  acting('a question mark is one letter', { Action: 'backup:?reateBackupVault' }, 'backup:CreateBackupVault', 'allow'),
  acting('a question mark is not none', { Action: 'backup:?ListTags' }, 'backup:ListTags', 'no identity'),
  acting('a star alone is every service', { Action: '*' }, 'iam:CreateRole', 'allow'),
  acting('a service is no longer name', { Action: 'backup:*' }, 'backup-storage:MountCapsule', 'no identity'),
  acting('of a list one is enough', { Action: ['iam:*', 'backup:List*'] }, 'backup:ListBackupJobs', 'allow'),
  acting('of a list none', { Action: ['iam:*', 'sts:*'] }, 'backup:ListBackupJobs', 'no identity'),
  acting('NotAction is all others', { NotAction: 'iam:*' }, 'backup:ListBackupJobs', 'allow'),
  acting('NotAction is not what it names', { NotAction: 'iam:*' }, 'iam:GetRole', 'no identity'),
  acting('NotAction of a list', { NotAction: ['iam:*', 'backup:Del*'] }, 'backup:DeleteBackupPlan', 'no identity'),
  acting('a deny of all', { Effect: 'Deny', Action: '*' }, 'backup:ListBackupJobs', 'deny by identity'),
  acting('a deny of all others spares', { Effect: 'Deny', NotAction: 'backup:*' }, 'backup:ListTags', 'no identity'),
  acting('a deny of all others', { Effect: 'Deny', NotAction: 'backup:*' }, 'iam:GetRole', 'deny by identity'),
];

const FILE = 'arn:aws:s3:::bucket/a/b:c';
const onto = (rule: string, statement: Statement, resource: string, decision: string): DecisionRow => [
  rule,
  { identity: { Action: '*', ...statement } },
  { resource },
  decision,
];

const RESOURCES: readonly DecisionRow[] = [
  onto('a star is every resource', { Resource: '*' }, VAULT, 'allow'),
  onto('a star is what has no resource', { Resource: '*' }, '*', 'allow'),
  onto('an ARN is itself', { Resource: VAULT }, VAULT, 'allow'),
  onto('an ARN is not what has no resource', { Resource: VAULT }, '*', 'no identity'),
  onto('resources know their case', { Resource: VAULT }, VAULT.replace('prod', 'PROD'), 'no identity'),
  onto('a star in a segment', { Resource: 'arn:aws:backup:*:*:backup-vault:*' }, VAULT, 'allow'),
  onto('a star for the whole resource part', { Resource: 'arn:aws:backup:*:*:*' }, VAULT, 'allow'),
  onto('a star for the partition', { Resource: 'arn:*:backup:*:*:*' }, VAULT, 'allow'),
  onto('stars and question marks', { Resource: 'arn:aws:backup:us-*-?:*:backup-vault:p*' }, VAULT, 'allow'),
  onto('another account', { Resource: VAULT.replace(ME, OTHER) }, VAULT, 'no identity'),
  onto('another region', { Resource: 'arn:aws:backup:eu-*:*:backup-vault:*' }, VAULT, 'no identity'),
  onto('a star does not reach over a colon', { Resource: 'arn:aws:*:*:*:prod' }, VAULT, 'no identity'),
  onto('segments are not shifted', { Resource: 'arn:aws:backup:*:backup-vault:*:*' }, VAULT, 'no identity'),
  onto('a star reaches over slashes', { Resource: 'arn:aws:s3:::bucket/*' }, FILE, 'allow'),
  onto('a star reaches over colons of the last part', { Resource: 'arn:aws:s3:::bucket/*:c' }, FILE, 'allow'),
  onto('empty segments are empty', { Resource: 'arn:aws:s3:::*' }, FILE, 'allow'),
  onto('a question mark is one letter only', { Resource: 'arn:aws:s3:::bucket/?' }, FILE, 'no identity'),
  onto('of a list one', { Resource: ['arn:aws:s3:::x', VAULT] }, VAULT, 'allow'),
  onto('NotResource is not what it names', { NotResource: VAULT }, VAULT, 'no identity'),
  onto('NotResource is all others', { NotResource: 'arn:aws:backup:*:*:backup-plan:*' }, VAULT, 'allow'),
  onto('NotResource of a list', { NotResource: [VAULT, 'arn:aws:s3:::*'] }, VAULT, 'no identity'),
  onto('a deny of all other resources spares', { Effect: 'Deny', NotResource: VAULT }, VAULT, 'no identity'),
  onto('a deny of others', { Effect: 'Deny', NotResource: 'arn:aws:s3:::*' }, VAULT, 'deny by identity'),
  onto('a deny on one resource', { Effect: 'Deny', Resource: VAULT }, VAULT, 'deny by identity'),
  onto('a deny on another resource', { Effect: 'Deny', Resource: FILE }, VAULT, 'no identity'),
];

const named = (name: string): string => `arn:aws:backup:us-east-1:${ME}:backup-vault:${name}`;
const filled = (rule: string, pattern: string, vault: string, decision: string): DecisionRow => [
  rule,
  { identity: { Resource: named(pattern) } },
  {
    resource: named(vault),
    by: ANN,
    context: { 'aws:username': ['ann'], 'aws:tagkeys': ['a', 'b'], 'aws:principaltag/team': ['a*'] },
  },
  decision,
];

const VARIABLES: readonly DecisionRow[] = [
  filled('a variable is its value', 'vault-of-${aws:username}', 'vault-of-ann', 'allow'),
  filled('names of variables know no case', 'vault-of-${aws:UserName}', 'vault-of-ann', 'allow'),
  filled('a variable is not another value', 'vault-of-${aws:username}', 'vault-of-bob', 'no identity'),
  filled('a variable beside a star', '${aws:username}-*', 'ann-x', 'allow'),
  filled('a value’s star is a star', '${aws:PrincipalTag/team}', 'a*', 'allow'),
  filled('a value’s star is no wildcard', '${aws:PrincipalTag/team}', 'abc', 'no identity'),
  filled('without a value it matches nothing', '${aws:PrincipalTag/none}', '-', 'no identity'),
  filled('without a value the default stands', "${aws:PrincipalTag/none, 'shared'}", 'shared', 'allow'),
  filled('with a value the default does not', "${aws:username, 'shared'}", 'shared', 'no identity'),
  filled('many values are none', '${aws:TagKeys}', 'a', 'no identity'),
  filled('a star can be written', 'x${*}y', 'x*y', 'allow'),
  filled('a written star is no wildcard', 'x${*}y', 'xzy', 'no identity'),
  filled('question marks and dollars can be written', 'x${?}${$}', 'x?$', 'allow'),
];

export const DECISIONS_OF_STATEMENTS = [...ACTIONS, ...RESOURCES, ...VARIABLES];
