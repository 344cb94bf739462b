/** IAM's decisions as tables, written from IAM's documentation of each element. */
import { describe, expect, test } from 'vitest';
import type { ConditionContext } from './authorizer.ts';
import { evaluate, type Policies } from './evaluate.ts';
import { readPolicy } from './policy-document.ts';
import type { Principal } from './principals.ts';

const ME = '111111111111';
const OTHER = '222222222222';
const user: Principal = {
  kind: 'aws',
  accountId: ME,
  arn: `arn:aws:iam::${ME}:user/ann`,
  identityArn: `arn:aws:iam::${ME}:user/ann`,
  uniqueId: 'AIDAAAAAAAAAAAAAAAAAA',
};
const session: Principal = {
  kind: 'aws',
  accountId: ME,
  arn: `arn:aws:sts::${ME}:assumed-role/Ops/s1`,
  identityArn: `arn:aws:iam::${ME}:role/team/Ops`,
  uniqueId: 'AROAAAAAAAAAAAAAAAAAA',
};
const root: Principal = {
  kind: 'aws',
  accountId: ME,
  arn: `arn:aws:iam::${ME}:root`,
  identityArn: `arn:aws:iam::${ME}:root`,
  uniqueId: ME,
};

type Statement = Readonly<Record<string, unknown>>;
const VAULT = `arn:aws:backup:us-east-1:${ME}:backup-vault:prod`;

/** Short forms: a statement allows `backup:*` on `*` unless it says otherwise. */
function document(statements: readonly Statement[], version = '2012-10-17'): string {
  const full = statements.map((statement) => ({
    Effect: 'Allow',
    ...('NotAction' in statement ? {} : { Action: 'backup:*' }),
    ...('NotResource' in statement ? {} : { Resource: '*' }),
    ...statement,
  }));
  return JSON.stringify({ Version: version, Statement: full });
}

const identity = (...statements: Statement[]) => readPolicy(document(statements), 'identity');

interface Ask {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: ConditionContext;
  readonly principal?: Principal;
}

function decide(policies: Partial<Policies>, ask: Ask = {}): string {
  const { action = 'backup:CreateBackupVault', resource = VAULT, context = {}, principal = user } = ask;
  const outcome = evaluate(
    {
      identity: [],
      isRoot: false,
      boundary: undefined,
      session: undefined,
      resource: undefined,
      serviceControl: undefined,
      resourceControl: undefined,
      ...policies,
    },
    { principal, action, resource, lookup: (key) => context[key] },
  );
  switch (outcome.kind) {
    case 'allowed':
      return 'allow';
    case 'explicitly-denied':
      return `deny by ${outcome.layer}`;
    case 'not-allowed':
      return `no ${outcome.layer}`;
  }
}

describe('actions', () => {
  test.each<[policy: Statement, action: string, decision: string]>([
    [{ Action: 'backup:CreateBackupVault' }, 'backup:CreateBackupVault', 'allow'],
    [{ Action: 'BACKUP:createbackupvault' }, 'backup:CreateBackupVault', 'allow'],
    [{ Action: 'backup:CreateBackupVault' }, 'backup:DeleteBackupVault', 'no identity'],
    [{ Action: 'backup:Create*' }, 'backup:CreateBackupVault', 'allow'],
    [{ Action: 'backup:Create*' }, 'backup:DeleteBackupVault', 'no identity'],
    [{ Action: 'backup:*Vault' }, 'backup:DeleteBackupVault', 'allow'],
    [{ Action: 'backup:*Backup*' }, 'backup:StartBackupJob', 'allow'],
    [{ Action: 'backup:?reateBackupVault' }, 'backup:CreateBackupVault', 'allow'],
    [{ Action: 'backup:?CreateBackupVault' }, 'backup:CreateBackupVault', 'no identity'],
    [{ Action: '*' }, 'iam:CreateRole', 'allow'],
    [{ Action: 'backup:*' }, 'backup-storage:MountCapsule', 'no identity'],
    [{ Action: ['iam:*', 'backup:List*'] }, 'backup:ListBackupJobs', 'allow'],
    [{ NotAction: 'iam:*' }, 'backup:ListBackupJobs', 'allow'],
    [{ NotAction: 'iam:*' }, 'iam:GetRole', 'no identity'],
    [{ NotAction: ['iam:*', 'backup:Delete*'] }, 'backup:DeleteBackupVault', 'no identity'],
    [{ Effect: 'Deny', Action: '*' }, 'backup:ListBackupJobs', 'deny by identity'],
    [{ Effect: 'Deny', NotAction: 'backup:*' }, 'backup:ListBackupJobs', 'no identity'],
    [{ Effect: 'Deny', NotAction: 'backup:*' }, 'iam:GetRole', 'deny by identity'],
  ])('%j for %s: %s', (statement, action, decision) => {
    expect(decide({ identity: [identity(statement)] }, { action })).toBe(decision);
  });
});

describe('resources', () => {
  const file = 'arn:aws:s3:::bucket/a/b:c';
  test.each<[resource: string | string[], asked: string, decision: string]>([
    ['*', VAULT, 'allow'],
    ['*', '*', 'allow'],
    [VAULT, VAULT, 'allow'],
    [VAULT, '*', 'no identity'],
    [VAULT, VAULT.replace('prod', 'PROD'), 'no identity'],
    ['arn:aws:backup:*:*:backup-vault:*', VAULT, 'allow'],
    ['arn:aws:backup:*:*:*', VAULT, 'allow'],
    ['arn:*:backup:*:*:*', VAULT, 'allow'],
    ['arn:aws:backup:us-*-?:*:backup-vault:p*', VAULT, 'allow'],
    [`arn:aws:backup:us-east-1:${OTHER}:backup-vault:prod`, VAULT, 'no identity'],
    ['arn:aws:backup:eu-*:*:backup-vault:*', VAULT, 'no identity'],
    ['arn:aws:*:*:*:prod', VAULT, 'no identity'],
    ['arn:aws:backup:*:backup-vault:*:*', VAULT, 'no identity'],
    ['arn:aws:s3:::bucket/*', file, 'allow'],
    ['arn:aws:s3:::bucket/*:c', file, 'allow'],
    ['arn:aws:s3:::*', file, 'allow'],
    ['arn:aws:s3:::bucket/?', file, 'no identity'],
    [['arn:aws:s3:::x', VAULT], VAULT, 'allow'],
  ])('Resource %j for %s: %s', (resource, asked, decision) => {
    const policy = identity({ Action: '*', Resource: resource });
    expect(decide({ identity: [policy] }, { resource: asked })).toBe(decision);
  });

  test.each<[statement: Statement, decision: string]>([
    [{ NotResource: VAULT }, 'no identity'],
    [{ NotResource: 'arn:aws:backup:*:*:backup-plan:*' }, 'allow'],
    [{ NotResource: [VAULT, 'arn:aws:s3:::*'] }, 'no identity'],
    [{ Effect: 'Deny', NotResource: VAULT }, 'no identity'],
    [{ Effect: 'Deny', NotResource: 'arn:aws:s3:::*' }, 'deny by identity'],
  ])('%j: %s', (statement, decision) => {
    expect(decide({ identity: [identity(statement)] })).toBe(decision);
  });
});

describe('policy variables', () => {
  const context = { 'aws:username': ['ann'], 'aws:tagkeys': ['a', 'b'], 'aws:principaltag/team': ['a*'] };
  const vault = (name: string): string => `arn:aws:backup:us-east-1:${ME}:backup-vault:${name}`;
  test.each<[resource: string, asked: string, decision: string]>([
    ['vault-of-${aws:username}', 'vault-of-ann', 'allow'],
    ['vault-of-${aws:UserName}', 'vault-of-ann', 'allow'],
    ['vault-of-${aws:username}', 'vault-of-bob', 'no identity'],
    ['${aws:username}-*', 'ann-x', 'allow'],
    ['${aws:PrincipalTag/team}', 'a*', 'allow'],
    ['${aws:PrincipalTag/team}', 'abc', 'no identity'],
    ['${aws:PrincipalTag/none}', '', 'no identity'],
    ["${aws:PrincipalTag/none, 'shared'}", 'shared', 'allow'],
    ["${aws:username, 'shared'}", 'shared', 'no identity'],
    ['${aws:TagKeys}', 'a', 'no identity'],
    ['x${*}y', 'x*y', 'allow'],
    ['x${*}y', 'xzy', 'no identity'],
    ['x${?}${$}', 'x?$', 'allow'],
  ])('%s for the vault %s: %s', (pattern, asked, decision) => {
    const policy = identity({ Resource: vault(pattern) });
    expect(decide({ identity: [policy] }, { resource: vault(asked), context })).toBe(decision);
  });

  test('in documents of 2008 a variable is plain text', () => {
    const policy = readPolicy(document([{ Resource: vault('${aws:username}') }], '2008-10-17'), 'identity');
    expect(decide({ identity: [policy] }, { resource: vault('ann'), context })).toBe('no identity');
    expect(decide({ identity: [policy] }, { resource: vault('${aws:username}'), context })).toBe('allow');
  });
});

describe('conditions', () => {
  const context: ConditionContext = {
    'aws:username': ['Ann'],
    'aws:sourceip': ['10.1.2.3'],
    'aws:currenttime': ['2026-11-21T14:00:00.000Z'],
    'aws:epochtime': ['1795269600'],
    'aws:securetransport': ['false'],
    'aws:principalarn': [`arn:aws:iam::${ME}:role/team/Ops`],
    'aws:requesttag/size': ['12'],
    'aws:requesttag/blob': ['aGk='],
    'aws:tagkeys': ['env', 'team'],
    'aws:principaltag/owner': ['Ann'],
  };
  type Row = [operator: string, key: string, value: unknown, holds: boolean];
  test.each<Row>([
    ['StringEquals', 'aws:username', 'Ann', true],
    ['StringEquals', 'AWS:UserName', ['Bob', 'Ann'], true],
    ['StringEquals', 'aws:username', 'ann', false],
    ['StringEquals', 'aws:username', 'An*', false],
    ['StringEquals', 'aws:username', '${aws:PrincipalTag/owner}', true],
    ['StringEquals', 'aws:username', '${aws:PrincipalTag/none}', false],
    ['StringEquals', 'aws:referer', 'x', false],
    ['StringEqualsIfExists', 'aws:referer', 'x', true],
    ['StringEqualsIfExists', 'aws:username', 'x', false],
    ['StringNotEquals', 'aws:username', 'Bob', true],
    ['StringNotEquals', 'aws:username', ['Bob', 'Ann'], false],
    ['StringNotEquals', 'aws:referer', 'x', true],
    ['StringNotEqualsIfExists', 'aws:referer', 'x', true],
    ['StringEqualsIgnoreCase', 'aws:username', 'ANN', true],
    ['StringEqualsIgnoreCase', 'aws:username', '${aws:PrincipalTag/Owner}', true],
    ['StringNotEqualsIgnoreCase', 'aws:username', 'ANN', false],
    ['StringLike', 'aws:username', 'A?n', true],
    ['StringLike', 'aws:username', ['b*', '*n'], true],
    ['StringLike', 'aws:username', 'a*', false],
    ['StringNotLike', 'aws:username', 'B*', true],
    ['StringNotLike', 'aws:username', '*', false],
    ['stringlike', 'aws:username', 'Ann', true],
    ['NumericEquals', 'aws:RequestTag/size', 12, true],
    ['NumericEquals', 'aws:RequestTag/size', '12.0', true],
    ['NumericEquals', 'aws:username', 12, false],
    ['NumericNotEquals', 'aws:RequestTag/size', 12, false],
    ['NumericNotEquals', 'aws:RequestTag/none', 12, true],
    ['NumericLessThan', 'aws:RequestTag/size', 12, false],
    ['NumericLessThan', 'aws:RequestTag/size', '12.5', true],
    ['NumericLessThanEquals', 'aws:RequestTag/size', 12, true],
    ['NumericGreaterThan', 'aws:RequestTag/size', '-1', true],
    ['NumericGreaterThan', 'aws:RequestTag/size', 12, false],
    ['NumericGreaterThanEquals', 'aws:RequestTag/size', [13, 12], true],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-21T13:59:59Z', true],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-11-22', false],
    ['DateGreaterThan', 'aws:CurrentTime', '1795269599', true],
    ['DateLessThan', 'aws:CurrentTime', '2026-11-21T15:30:00+01:00', true],
    ['DateLessThanEquals', 'aws:CurrentTime', '2026-11-21T14:00:00Z', true],
    ['DateGreaterThanEquals', 'aws:EpochTime', '2026-11-21T14:00:00Z', true],
    ['DateEquals', 'aws:CurrentTime', '2026-11-21T14:00:00Z', true],
    ['DateNotEquals', 'aws:CurrentTime', '2026-11-21T14:00:00Z', false],
    ['DateLessThan', 'aws:username', '2026-11-22', false],
    ['Bool', 'aws:SecureTransport', 'false', true],
    ['Bool', 'aws:SecureTransport', true, false],
    ['Bool', 'aws:MultiFactorAuthPresent', 'false', false],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'false', true],
    ['BinaryEquals', 'aws:RequestTag/blob', 'aGk=', true],
    ['BinaryEquals', 'aws:RequestTag/blob', 'aGo=', false],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', true],
    ['IpAddress', 'aws:SourceIp', ['192.168.0.0/16', '10.1.2.3'], true],
    ['IpAddress', 'aws:SourceIp', '10.1.2.4/32', false],
    ['IpAddress', 'aws:SourceIp', '2001:db8::/32', false],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0', true],
    ['IpAddress', 'aws:username', '0.0.0.0/0', false],
    ['NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', false],
    ['NotIpAddress', 'aws:SourceIp', '172.16.0.0/12', true],
    ['NotIpAddress', 'aws:RequestTag/none', '10.0.0.0/8', true],
    ['ArnEquals', 'aws:PrincipalArn', `arn:aws:iam::${ME}:role/team/Ops`, true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*', true],
    ['ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*/Ops', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*', false],
    ['ArnLike', 'aws:username', 'arn:aws:iam::*:user/*', false],
    ['ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:user/*', true],
    ['ArnNotEquals', 'aws:PrincipalArn', `arn:aws:iam::${ME}:role/team/Ops`, false],
    ['Null', 'aws:username', 'false', true],
    ['Null', 'aws:username', 'true', false],
    ['Null', 'aws:RequestTag/none', true, true],
    ['Null', 'aws:RequestTag/none', ['false'], false],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['env', 'team', 'x'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['env'], false],
    ['ForAllValues:StringEquals', 'aws:RequestTag/none', ['env'], true],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', ['x'], true],
    ['ForAllValues:StringNotEquals', 'aws:TagKeys', ['env'], false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['env'], true],
    ['ForAnyValue:StringLike', 'aws:TagKeys', ['t*', 'z'], true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['x'], false],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['env'], true],
    ['ForAnyValue:StringNotEquals', 'aws:TagKeys', ['env', 'team'], false],
    ['ForAnyValue:StringEquals', 'aws:RequestTag/none', ['x'], false],
    ['ForAnyValue:StringNotEquals', 'aws:RequestTag/none', ['x'], false],
    ['ForAnyValue:StringEqualsIfExists', 'aws:RequestTag/none', ['x'], true],
    ['StringEquals', 's3:prefix', 'x', false],
    ['StringNotEquals', 's3:prefix', 'x', true],
  ])('%s %s %j holds: %s', (operator, key, value, holds) => {
    const policy = identity({ Condition: { [operator]: { [key]: value } } });
    expect(decide({ identity: [policy] }, { context })).toBe(holds ? 'allow' : 'no identity');
  });

  test.each<[conditions: object, holds: boolean]>([
    [{ StringEquals: { 'aws:username': 'Ann' }, Bool: { 'aws:SecureTransport': 'false' } }, true],
    [{ StringEquals: { 'aws:username': 'Ann' }, Bool: { 'aws:SecureTransport': 'true' } }, false],
    [{ StringEquals: { 'aws:username': 'Ann', 'aws:RequestTag/size': '13' } }, false],
    [{}, true],
  ])('of several conditions all must hold: %j %s', (conditions, holds) => {
    const policy = identity({ Condition: conditions });
    expect(decide({ identity: [policy] }, { context })).toBe(holds ? 'allow' : 'no identity');
  });

  test.each<[what: string, condition: object]>([
    ['an unknown operator', { StringAlmost: { 'aws:username': 'x' } }],
    ['an unknown global key', { StringEquals: { 'aws:Nobody': 'x' } }],
    ['an unknown key of a service of ours', { StringEquals: { 'backup:Nothing': 'x' } }],
    ['a key without prefix', { StringEquals: { username: 'x' } }],
    ['a tag key without tag', { StringEquals: { 'aws:RequestTag/': 'x' } }],
    ['a number that is none', { NumericEquals: { 'aws:RequestTag/size': 'many' } }],
    ['a date that is none', { DateEquals: { 'aws:CurrentTime': 'tomorrow' } }],
    ['a bool that is none', { Bool: { 'aws:SecureTransport': 'maybe' } }],
    ['a range that is none', { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }],
    ['a half range', { IpAddress: { 'aws:SourceIp': '10.0.0.0/' } }],
    ['an address that is none', { IpAddress: { 'aws:SourceIp': '10.0.0' } }],
    ['base64 that is none', { BinaryEquals: { 'aws:RequestTag/blob': '%' } }],
    ['an ARN that is none', { ArnEquals: { 'aws:PrincipalArn': 'role/x' } }],
    ['IfExists on Null', { NullIfExists: { 'aws:username': 'true' } }],
    ['a set operator on Null', { 'ForAnyValue:Null': { 'aws:username': 'true' } }],
    ['two set operators', { 'ForAnyValue:ForAllValues:StringEquals': { 'aws:username': 'x' } }],
    ['a variable where none may stand', { NumericEquals: { 'aws:RequestTag/size': '${aws:username}' } }],
    ['a variable without end', { StringEquals: { 'aws:username': '${aws:username' } }],
    ['a variable that is none', { StringEquals: { 'aws:username': '${}' } }],
    ['values of no kind', { StringEquals: { 'aws:username': null } }],
    ['an operator without keys', { StringEquals: 'x' }],
  ])('%s is refused when the policy is read', (_what, condition) => {
    expect(() => identity({ Condition: condition })).toThrow(expect.objectContaining({ name: 'PolicyProblem' }));
  });
});

describe('layers', () => {
  const all = identity({});
  const none = identity({ Action: 'iam:*' });
  const deny = identity({ Effect: 'Deny', Action: '*' });
  test.each<[what: string, policies: Partial<Policies>, decision: string]>([
    ['nothing allows', {}, 'no identity'],
    ['the identity allows', { identity: [none, all] }, 'allow'],
    ['one identity policy denies', { identity: [all, deny] }, 'deny by identity'],
    ['root needs no policy', { isRoot: true }, 'allow'],
    ['a boundary alone grants nothing', { boundary: all }, 'no identity'],
    ['identity and boundary allow', { identity: [all], boundary: all }, 'allow'],
    ['the boundary lacks it', { identity: [all], boundary: none }, 'no boundary'],
    ['the boundary denies', { identity: [all], boundary: deny }, 'deny by boundary'],
    ['a session policy alone grants nothing', { session: [all] }, 'no identity'],
    ['identity and session allow', { identity: [all], session: [all] }, 'allow'],
    ['one of the session policies allows', { identity: [all], session: [none, all] }, 'allow'],
    ['the session policies lack it', { identity: [all], session: [none] }, 'no session'],
    ['an empty list of session policies allows nothing', { identity: [all], session: [] }, 'no session'],
    ['a session policy denies', { identity: [all], session: [all, deny] }, 'deny by session'],
    ['boundary before session', { identity: [all], session: [none], boundary: none }, 'no boundary'],
  ])('%s', (_what, policies, decision) => {
    expect(decide(policies)).toBe(decision);
  });
});

describe('resource policies', () => {
  const all = identity({});
  const named = (principal: unknown, more: Statement = {}) =>
    readPolicy(document([{ Principal: principal, ...more }]), 'resource');
  const me = `arn:aws:iam::${ME}:user/ann`;
  const role = `arn:aws:iam::${ME}:role/team/Ops`;
  type Row = [principal: unknown, who: Principal, own: boolean, withIdentity: string, without: string];
  test.each<Row>([
    ['*', user, true, 'allow', 'allow'],
    ['*', user, false, 'allow', 'no identity'],
    [{ AWS: '*' }, user, true, 'allow', 'allow'],
    [{ AWS: me }, user, true, 'allow', 'allow'],
    [{ AWS: me }, user, false, 'allow', 'no identity'],
    [{ AWS: ME }, user, true, 'allow', 'no identity'],
    [{ AWS: `arn:aws:iam::${ME}:root` }, user, true, 'allow', 'no identity'],
    [{ AWS: `arn:aws:iam::${ME}:root` }, user, false, 'allow', 'no identity'],
    [{ AWS: `arn:aws:iam::${ME}:root` }, root, true, 'allow', 'allow'],
    [{ AWS: OTHER }, user, true, 'allow', 'no identity'],
    [{ AWS: OTHER }, user, false, 'no resource', 'no resource'],
    [{ AWS: [OTHER, me] }, user, false, 'allow', 'no identity'],
    [{ AWS: 'AIDAAAAAAAAAAAAAAAAAA' }, user, true, 'allow', 'allow'],
    [{ AWS: 'AIDABBBBBBBBBBBBBBBBB' }, user, false, 'no resource', 'no resource'],
    [{ AWS: role }, session, true, 'allow', 'allow'],
    [{ AWS: `arn:aws:sts::${ME}:assumed-role/Ops/s1` }, session, true, 'allow', 'allow'],
    [{ AWS: `arn:aws:sts::${ME}:assumed-role/Ops/s2` }, session, false, 'no resource', 'no resource'],
    [{ Service: 'backup.amazonaws.com' }, user, false, 'no resource', 'no resource'],
    [{ Federated: 'accounts.example' }, user, false, 'no resource', 'no resource'],
  ])('Principal %j, caller %j, own account %s', (principal, who, own, withIdentity, without) => {
    const resource = { policy: named(principal), accountId: own ? ME : OTHER, required: false };
    expect(decide({ identity: [all], resource }, { principal: who })).toBe(withIdentity);
    expect(decide({ resource }, { principal: who })).toBe(without);
  });

  test.each<[what: string, statement: Statement, decision: string]>([
    ['a deny of everybody', { Effect: 'Deny', Principal: '*' }, 'deny by resource'],
    ['a deny of the own account', { Effect: 'Deny', Principal: { AWS: ME } }, 'deny by resource'],
    ['a deny of another account', { Effect: 'Deny', Principal: { AWS: OTHER } }, 'allow'],
    ['a deny of all but the caller', { Effect: 'Deny', NotPrincipal: { AWS: me } }, 'allow'],
    ['a deny of all but another account', { Effect: 'Deny', NotPrincipal: { AWS: OTHER } }, 'deny by resource'],
  ])('%s', (_what, statement, decision) => {
    const resource = { policy: readPolicy(document([statement]), 'resource'), accountId: ME, required: false };
    expect(decide({ identity: [all], resource })).toBe(decision);
  });

  test('without the allow of a trust policy nobody may, not even root', () => {
    const resource = { policy: named({ AWS: OTHER }), accountId: ME, required: true };
    expect(decide({ identity: [all], resource })).toBe('no trust');
    expect(decide({ isRoot: true, resource }, { principal: root })).toBe('no trust');
  });

  test('naming a caller does not reach past its session policies and its boundary', () => {
    const resource = { policy: named({ AWS: role }), accountId: ME, required: false };
    const nothing = identity({ Action: 'iam:*' });
    expect(decide({ session: [nothing], resource }, { principal: session })).toBe('no session');
    expect(decide({ boundary: nothing, resource }, { principal: session })).toBe('no boundary');
  });
});

test('matching stays quick whatever the pattern', () => {
  const policy = identity({ Resource: `arn:aws:s3:::${'*a'.repeat(500)}` });
  const begun = performance.now();
  expect(decide({ identity: [policy] }, { resource: `arn:aws:s3:::${'a'.repeat(2_000)}b` })).toBe('no identity');
  expect(performance.now() - begun).toBeLessThan(1_000);
});
