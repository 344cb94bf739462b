/**
 * Service and resource control policies by level. Source: Organizations user guide, "SCP evaluation" and "RCP
 * evaluation"; organizations spec 11.
 */
import { ANN, type DecisionRow, type Given, ME, OTHER, ROOT, SESSION, type Short } from './decision-table.ts';

const all = { Action: '*' };
const none = { Action: 'iam:*' };
const deny = { Effect: 'Deny' };
const denyElse = { Effect: 'Deny', Action: 'iam:*' };
const mine = { identity: all };

type Levels = readonly (readonly Short[])[];
const levels = (rule: string, service: Levels, decision: string, given: Given = mine, by = ANN): DecisionRow => [
  `above the caller: ${rule}`,
  { ...given, service },
  { by },
  decision,
];

const SERVICE: readonly DecisionRow[] = [
  levels('one level allows', [[all]], 'allow'),
  levels('every level allows', [[all], [all], [all]], 'allow'),
  levels('the root does not allow', [[none], [all], [all]], 'no service-control'),
  levels('a unit does not allow', [[all], [none], [all]], 'no service-control'),
  levels('the account does not allow', [[all], [all], [none]], 'no service-control'),
  levels('no level below gives back', [[none], [all]], 'no service-control'),
  levels('no level above gives ahead', [[all], [none]], 'no service-control'),
  levels('a level with nothing on it lets nothing pass', [[all], [], [all]], 'no service-control'),
  levels('of one level any policy is enough', [[none, all]], 'allow'),
  levels('of one level no policy is enough', [[none, none]], 'no service-control'),
  levels('the root denies', [[all, deny], [all]], 'deny by service-control'),
  levels('a unit denies', [[all], [all, deny], [all]], 'deny by service-control'),
  levels('the account denies', [[all], [all, deny]], 'deny by service-control'),
  levels('a deny on a level that allows nothing', [[deny], [all]], 'deny by service-control'),
  levels('a deny is told before a missing allow', [[none], [all, deny]], 'deny by service-control'),
  levels('a deny of something else', [[all, denyElse], [all]], 'allow'),
  levels('an allow by NotAction', [[{ NotAction: 'iam:*' }]], 'allow'),
  levels('an allow by NotAction of just that', [[{ NotAction: 'backup:*' }]], 'no service-control'),
  levels('a deny by NotAction spares', [[all, { Effect: 'Deny', NotAction: 'backup:*' }]], 'allow'),
  levels('an allow on some resources', [[{ Resource: 'arn:aws:backup:*:*:backup-vault:prod' }]], 'allow'),
  levels('an allow on other resources', [[{ Resource: 'arn:aws:backup:*:*:backup-vault:x*' }]], 'no service-control'),
  levels('a deny but for some', [[all, { ...deny, NotResource: 'arn:aws:backup:*:*:backup-vault:prod' }]], 'allow'),
  levels(
    'two levels that allow different things',
    [[{ Action: 'backup:Create*' }], [{ Action: 'backup:*Vault' }]],
    'allow',
  ),
  levels('they grant nothing to an identity', [[all]], 'no identity', {}),
  levels('they bind root', [[none]], 'no service-control', { isRoot: true }, ROOT),
  levels('they deny root', [[all, deny]], 'deny by service-control', { isRoot: true }, ROOT),
  levels('they let root pass', [[all]], 'allow', { isRoot: true }, ROOT),
  levels('they bind sessions', [[none]], 'no service-control', mine, SESSION),
  levels('they are told before the identity', [[none]], 'no service-control', {}),
  levels('their deny is told before the identity’s', [[all, deny]], 'deny by service-control', { identity: deny }),
  levels('the identity’s deny is told before what they lack', [[none]], 'deny by identity', { identity: deny }),
  levels('a boundary holds what they let pass', [[all]], 'no boundary', { ...mine, boundary: none }),
  levels('a session policy holds what they let pass', [[all]], 'no session', { ...mine, session: [none] }),
];

const naming = { resource: { policy: { Principal: { AWS: `arn:aws:iam::${ME}:user/ann` } }, of: ME } };
const foreign = { resource: { ...naming.resource, of: OTHER } };

const WITH_RESOURCES: readonly DecisionRow[] = [
  levels('a resource that names the caller does not reach past them', [[none]], 'no service-control', naming),
  levels('a resource that names the caller, and they allow', [[all]], 'allow', naming),
  levels('another account’s resource does not reach past them', [[none]], 'no service-control', {
    ...mine,
    ...foreign,
  }),
  levels('another account’s resource, and they allow', [[all]], 'allow', { ...mine, ...foreign }),
];

const when = (rule: string, condition: object, context: Record<string, string[]>, decision: string): DecisionRow => [
  rule,
  { ...mine, service: [[all, { ...deny, Condition: condition }]] },
  { context },
  decision,
];
const path = { 'aws:principalorgpaths': ['o-1/r-1/ou-1/ou-2/'] };
const paths = (pattern: string) => ({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': pattern } });
const DENIED = 'deny by service-control';

const CONDITIONS: readonly DecisionRow[] = [
  when('a path below a unit', paths('o-1/r-1/ou-1/*'), path, DENIED),
  when('a path below another unit', paths('o-1/r-1/ou-2/*'), path, 'allow'),
  when('a path with its end', paths('o-1/r-1/ou-1/ou-2/'), path, DENIED),
  when('a path without its last slash', paths('o-1/r-1/ou-1/ou-2'), path, 'allow'),
  when('everything in the organization', paths('o-1/*'), path, DENIED),
  when('who is in no organization', paths('*'), {}, 'allow'),
  when(
    'all but a role',
    { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } },
    { 'aws:principalarn': [`arn:aws:iam::${ME}:role/Admin`] },
    'allow',
  ),
  when(
    'a role that is not spared',
    { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } },
    { 'aws:principalarn': [`arn:aws:iam::${ME}:role/Other`] },
    DENIED,
  ),
  when(
    'other regions',
    { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { 'aws:requestedregion': ['eu-central-1'] },
    DENIED,
  ),
  when(
    'the allowed region',
    { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { 'aws:requestedregion': ['us-east-1'] },
    'allow',
  ),
];

const control = (rule: string, controls: Levels, decision: string, given: Given = mine, by = ANN): DecisionRow => [
  `above the resource: ${rule}`,
  { ...given, control: controls },
  { by },
  decision,
];
const full = { Action: '*', Principal: '*' };

const RESOURCE: readonly DecisionRow[] = [
  control('every level above the resource allows', [[full], [full]], 'allow'),
  control('a level above the resource denies', [[full, deny], [full]], 'deny by resource-control'),
  control('the resource’s account denies', [[full], [full, deny]], 'deny by resource-control'),
  control('a level above the resource does not allow', [[full], [none]], 'no resource-control'),
  control('a deny of something else above the resource', [[full, denyElse]], 'allow'),
  control('a deny on other resources', [[full, { ...deny, Resource: 'arn:aws:backup:*:*:backup-vault:x*' }]], 'allow'),
  control(
    'a deny but for some resources',
    [[full, { ...deny, NotResource: 'arn:aws:backup:*:*:backup-vault:prod' }]],
    'allow',
  ),
  control('they grant nothing', [[full]], 'no identity', {}),
  control('they deny root', [[full, deny]], 'deny by resource-control', { isRoot: true }, ROOT),
  control('they deny a session', [[full, deny]], 'deny by resource-control', mine, SESSION),
  control(
    'a resource that names the caller does not reach past them',
    [[full, deny]],
    'deny by resource-control',
    naming,
  ),
  control('they are told before the identity', [[full, deny]], 'deny by resource-control', { identity: deny }),
  control('they let strangers pass whom the resource names', [[full]], 'allow', { ...mine, ...foreign }),
  control('they do not let strangers in', [[full]], 'no resource', {
    ...mine,
    resource: { policy: { Principal: { AWS: OTHER } }, of: OTHER },
  }),
  ['both kinds allow', { ...mine, service: [[all]], control: [[full]] }, {}, 'allow'],
  ['both kinds deny', { ...mine, service: [[all, deny]], control: [[full, deny]] }, {}, 'deny by resource-control'],
  ['both kinds lack it', { ...mine, service: [[none]], control: [[none]] }, {}, 'no resource-control'],
  [
    'a deny of the one is told before what the other lacks',
    { ...mine, service: [[all, deny]], control: [[none]] },
    {},
    DENIED,
  ],
];

const perimeter = (
  rule: string,
  condition: object,
  context: Record<string, string[]>,
  decision: string,
): DecisionRow => [rule, { ...mine, control: [[full, { ...deny, Condition: condition }]] }, { context }, decision];
const OUTSIDE = {
  StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' },
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
};
const NO_SERVICE = { 'aws:principalisawsservice': ['false'] };

const PERIMETER: readonly DecisionRow[] = [
  perimeter('a perimeter lets its own in', OUTSIDE, { 'aws:principalorgid': ['o-1'], ...NO_SERVICE }, 'allow'),
  perimeter(
    'a perimeter keeps other organizations out',
    OUTSIDE,
    { 'aws:principalorgid': ['o-2'], ...NO_SERVICE },
    'deny by resource-control',
  ),
  perimeter('a perimeter keeps those of no organization out', OUTSIDE, NO_SERVICE, 'deny by resource-control'),
  perimeter('a perimeter lets services in', OUTSIDE, { 'aws:principalisawsservice': ['true'] }, 'allow'),
];

export const DECISIONS_OF_ORGANIZATIONS = [...SERVICE, ...WITH_RESOURCES, ...CONDITIONS, ...RESOURCE, ...PERIMETER];
