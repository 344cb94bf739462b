/**
 * What identity, boundary, session and resource policies come to. Source: IAM's "policy evaluation logic", "permissions
 * boundaries" and "session policies"; for resource policies the table of who is named how.
 */
import { ANN, type DecisionRow, type Given, ME, OTHER, ROOT, SESSION } from './decision-table.ts';

const all = {};
const none = { Action: 'iam:*' };
const deny = { Effect: 'Deny', Action: '*' };

const layered = (rule: string, given: Given, decision: string): DecisionRow => [rule, given, {}, decision];

const LAYERS: readonly DecisionRow[] = [
  layered('nothing allows', {}, 'no identity'),
  layered('the identity allows', { identity: [none, all] }, 'allow'),
  layered('one identity policy denies', { identity: [all, deny] }, 'deny by identity'),
  layered('a deny wins whatever its place', { identity: [deny, all] }, 'deny by identity'),
  layered('a deny in the same policy wins', { identity: [[all, deny]] }, 'deny by identity'),
  layered('root needs no policy', { isRoot: true }, 'allow'),
  layered('a boundary alone grants nothing', { boundary: all }, 'no identity'),
  layered('identity and boundary allow', { identity: all, boundary: all }, 'allow'),
  layered('the boundary lacks it', { identity: all, boundary: none }, 'no boundary'),
  layered('the boundary denies', { identity: all, boundary: deny }, 'deny by boundary'),
  layered('the boundary allows what the identity lacks', { identity: none, boundary: all }, 'no identity'),
  layered('a session policy alone grants nothing', { session: [all] }, 'no identity'),
  layered('identity and session allow', { identity: all, session: [all] }, 'allow'),
  layered('one of the session policies allows', { identity: all, session: [none, all] }, 'allow'),
  layered('the session policies lack it', { identity: all, session: [none] }, 'no session'),
  layered('no session policy at all allows nothing', { identity: all, session: [] }, 'no session'),
  layered('a session policy denies', { identity: all, session: [all, deny] }, 'deny by session'),
  layered('boundary and session both allow', { identity: all, boundary: all, session: [all] }, 'allow'),
  layered(
    'of boundary and session the boundary lacks it',
    { identity: all, boundary: none, session: [all] },
    'no boundary',
  ),
  layered(
    'of boundary and session the session lacks it',
    { identity: all, boundary: all, session: [none] },
    'no session',
  ),
  layered('the boundary is told before the session', { identity: all, session: [none], boundary: none }, 'no boundary'),
  layered('the identity is told before the boundary', { identity: none, boundary: none }, 'no identity'),
  layered('a deny is told before what is missing', { identity: deny, boundary: none }, 'deny by identity'),
];

const ann = `arn:aws:iam::${ME}:user/ann`;
const role = `arn:aws:iam::${ME}:role/team/Ops`;
const s1 = `arn:aws:sts::${ME}:assumed-role/Ops/s1`;
const myRoot = `arn:aws:iam::${ME}:root`;

/** With an identity policy that allows, and with none. */
function naming(
  rule: string,
  Principal: unknown,
  { by = ANN, of = ME }: { readonly by?: typeof ANN; readonly of?: string },
  withIdentity: string,
  without: string,
): DecisionRow[] {
  const resource = { policy: { Principal }, of };
  return [
    [`${rule}, and the identity allows`, { identity: all, resource }, { by }, withIdentity],
    [`${rule}, and the identity is silent`, { resource }, { by }, without],
  ];
}

const foreign = { of: OTHER };
const NAMES: readonly DecisionRow[] = [
  ...naming('everybody is named', '*', {}, 'allow', 'allow'),
  ...naming('everybody is named by another account', '*', foreign, 'allow', 'no identity'),
  ...naming('every AWS principal is named', { AWS: '*' }, {}, 'allow', 'allow'),
  ...naming('every AWS principal is named by another account', { AWS: '*' }, foreign, 'allow', 'no identity'),
  ...naming('the user is named', { AWS: ann }, {}, 'allow', 'allow'),
  ...naming('the user is named by another account', { AWS: ann }, foreign, 'allow', 'no identity'),
  ...naming('another user is named', { AWS: `${ann}a` }, {}, 'allow', 'no identity'),
  ...naming('another user is named by another account', { AWS: `${ann}a` }, foreign, 'no resource', 'no resource'),
  ...naming('the account is named', { AWS: ME }, {}, 'allow', 'no identity'),
  ...naming('the account is named by its root', { AWS: myRoot }, {}, 'allow', 'no identity'),
  ...naming('the account is named by another one', { AWS: ME }, foreign, 'allow', 'no identity'),
  ...naming('the root is named', { AWS: myRoot }, { by: ROOT }, 'allow', 'allow'),
  ...naming('another account is named', { AWS: OTHER }, {}, 'allow', 'no identity'),
  ...naming('only the owner is named', { AWS: OTHER }, foreign, 'no resource', 'no resource'),
  ...naming('of two names one', { AWS: [OTHER, ann] }, foreign, 'allow', 'no identity'),
  ...naming('the user is named by id', { AWS: 'AIDAAAAAAAAAAAAAAAAAA' }, {}, 'allow', 'allow'),
  ...naming('a user is named by a former id', { AWS: 'AIDABBBBBBBBBBBBBBBBB' }, foreign, 'no resource', 'no resource'),
  ...naming('the role of a session is named', { AWS: role }, { by: SESSION }, 'allow', 'allow'),
  ...naming('the role of a session by id', { AWS: 'AROAAAAAAAAAAAAAAAAAA' }, { by: SESSION }, 'allow', 'allow'),
  ...naming('the role, by another account', { AWS: role }, { by: SESSION, of: OTHER }, 'allow', 'no identity'),
  ...naming('the session is named', { AWS: s1 }, { by: SESSION }, 'allow', 'allow'),
  ...naming('the session, by another account', { AWS: s1 }, { by: SESSION, of: OTHER }, 'allow', 'no identity'),
  ...naming('another session', { AWS: `${s1}0` }, { by: SESSION, of: OTHER }, 'no resource', 'no resource'),
  ...naming('a service', { Service: 'backup.amazonaws.com' }, foreign, 'no resource', 'no resource'),
  ...naming('a provider', { Federated: 'accounts.example' }, foreign, 'no resource', 'no resource'),
];

const held = (rule: string, given: Given, by: typeof ANN, decision: string): DecisionRow => [
  rule,
  given,
  { by },
  decision,
];
const policyOf = (Principal: unknown, of = ME) => ({ resource: { policy: { Principal }, of } });

/** How far a resource policy reaches past what holds the caller without denying. */
const REACH: readonly DecisionRow[] = [
  held(
    'a user who is named is not held by a silent boundary',
    { boundary: none, ...policyOf({ AWS: ann }) },
    ANN,
    'allow',
  ),
  held('a user who is named is held by a deny', { boundary: deny, ...policyOf({ AWS: ann }) }, ANN, 'deny by boundary'),
  held('everybody is held by a silent boundary', { boundary: none, ...policyOf('*') }, ANN, 'no boundary'),
  held(
    'an account is held by a silent boundary',
    { identity: all, boundary: none, ...policyOf({ AWS: ME }) },
    ANN,
    'no boundary',
  ),
  held(
    'a role that is named is held by a silent boundary',
    { boundary: none, ...policyOf({ AWS: role }) },
    SESSION,
    'no boundary',
  ),
  held(
    'a role that is named is held by its session',
    { session: [none], ...policyOf({ AWS: role }) },
    SESSION,
    'no session',
  ),
  held(
    'a session that is named is not held by its boundary',
    { boundary: none, ...policyOf({ AWS: s1 }) },
    SESSION,
    'allow',
  ),
  held(
    'a session that is named is not held by its policies',
    { session: [none], ...policyOf({ AWS: s1 }) },
    SESSION,
    'allow',
  ),
  held(
    'a session that is named is held by a deny',
    { session: [deny], ...policyOf({ AWS: s1 }) },
    SESSION,
    'deny by session',
  ),
  held(
    'role and session named: the nearer counts',
    { session: [none], ...policyOf({ AWS: [role, s1] }) },
    SESSION,
    'allow',
  ),
  held(
    'across accounts a boundary holds who is named',
    { identity: all, boundary: none, ...policyOf({ AWS: ann }, OTHER) },
    ANN,
    'no boundary',
  ),
  held(
    'across accounts a session holds who is named',
    { identity: all, session: [none], ...policyOf({ AWS: s1 }, OTHER) },
    SESSION,
    'no session',
  ),
];

const resourceDenying = (rule: string, statement: object, decision: string): DecisionRow => [
  rule,
  { identity: all, resource: { policy: { Effect: 'Deny', ...statement } } },
  {},
  decision,
];

const DENIALS: readonly DecisionRow[] = [
  resourceDenying('a resource denies everybody', { Principal: '*' }, 'deny by resource'),
  resourceDenying('a resource denies the account', { Principal: { AWS: ME } }, 'deny by resource'),
  resourceDenying('a resource denies another account', { Principal: { AWS: OTHER } }, 'allow'),
  resourceDenying('a resource denies all but the caller', { NotPrincipal: { AWS: ann } }, 'allow'),
  resourceDenying('a resource denies all but others', { NotPrincipal: { AWS: OTHER } }, 'deny by resource'),
  [
    'a resource denies all but the caller, who has a boundary',
    { identity: all, boundary: all, resource: { policy: { Effect: 'Deny', NotPrincipal: { AWS: ann } } } },
    {},
    'deny by resource',
  ],
  [
    'a resource denies the action of all but others, and has another',
    {
      identity: all,
      boundary: all,
      resource: { policy: { Effect: 'Deny', Action: 'iam:*', NotPrincipal: { AWS: ann } } },
    },
    {},
    'allow',
  ],
  resourceDenying('a resource denies something else', { Principal: '*', Action: 'iam:*' }, 'allow'),
];

const assume = { action: 'sts:AssumeRole', resource: role };
const trusting = (
  rule: string,
  given: Given,
  Principal: unknown,
  by: typeof ANN,
  decision: string,
  of = ME,
): DecisionRow => [
  rule,
  { ...given, resource: { policy: { Principal, Action: 'sts:AssumeRole' }, of, isTrust: true } },
  { ...assume, by },
  decision,
];
const mayAssume = { identity: { Action: 'sts:*' } };

const TRUST: readonly DecisionRow[] = [
  [
    'a role denies whom it trusts',
    { resource: { policy: [{ Action: 'sts:*' }, { Effect: 'Deny', Action: 'sts:AssumeRole' }], isTrust: true } },
    { ...assume, by: ANN },
    'deny by trust',
  ],
  trusting('a role trusts the user', {}, { AWS: ann }, ANN, 'allow'),
  trusting('a role trusts the account, and the identity allows', mayAssume, { AWS: ME }, ANN, 'allow'),
  trusting('a role trusts the account, and the identity is silent', {}, { AWS: ME }, ANN, 'no identity'),
  trusting('a role trusts another account', mayAssume, { AWS: OTHER }, ANN, 'no trust'),
  trusting('root too must be trusted', { isRoot: true }, { AWS: OTHER }, ROOT, 'no trust'),
  trusting('a role of another account trusts the user', mayAssume, { AWS: ann }, ANN, 'allow', OTHER),
  trusting('trust across accounts needs the identity', {}, { AWS: ann }, ANN, 'no identity', OTHER),
  trusting(
    'a boundary holds who is trusted by account',
    { ...mayAssume, boundary: none },
    { AWS: ME },
    ANN,
    'no boundary',
  ),
  trusting('a silent boundary does not hold who is trusted by name', { boundary: none }, { AWS: ann }, ANN, 'allow'),
];

export const DECISIONS_OF_LAYERS = [...LAYERS, ...NAMES, ...REACH, ...DENIALS, ...TRUST];
