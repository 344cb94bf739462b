import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { type PolicyKind, readPolicy } from './policy-document.ts';
import { type PlainPolicy, type PlainStatement, plainDecision } from './testing/plain-evaluator.ts';

const ME = '111111111111';
const OTHER = '222222222222';
const ANN = `arn:aws:iam::${ME}:user/ann`;

/** Small alphabets, so that things meet. */
const patternOf = (letters: string[]) =>
  fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
const actionPattern = fc.oneof(
  fc.constant('*'),
  patternOf(['a', 'b', 'A', '*', '?']).map((name) => `backup:${name}`),
);
const resourcePattern = fc.oneof(
  fc.constant('*'),
  fc
    .tuple(fc.constantFrom(ME, OTHER, '*', '1*'), patternOf(['a', 'b', ':', '*', '?']))
    .map(([account, name]) => `arn:aws:backup:*:${account}:${name}`),
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const key = fc.constantFrom('aws:username', 'aws:TagKeys', 'aws:RequestTag/x');
const operator = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'NumericLessThan'),
      fc.constantFrom('', 'IfExists'),
    )
    .map((parts) => parts.join('')),
  fc.constant('Null'),
);
const condition = fc.tuple(operator, key, some(fc.constantFrom('1', '2', 'a'))).map(([name, of, values]) => ({
  [name]: { [of]: name === 'Null' ? [String(values[0] === '1')] : name.includes('Numeric') ? ['2'] : values },
}));

const statementOf = (kind: PolicyKind): fc.Arbitrary<PlainStatement> =>
  fc
    .record({
      effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
      actions: fc.tuple(fc.boolean(), some(actionPattern)),
      resources: fc.tuple(fc.boolean(), some(resourcePattern)),
      condition: fc.option(condition, { nil: undefined, freq: 2 }),
      principals: some(fc.constantFrom('*', ANN, ME, OTHER)),
    })
    .map(({ effect, actions, resources, condition: conditions, principals }) => ({
      Effect: effect,
      [actions[0] ? 'Action' : 'NotAction']: actions[1],
      [resources[0] ? 'Resource' : 'NotResource']: resources[1],
      ...(conditions ? { Condition: conditions } : {}),
      ...(kind === 'resource' ? { Principal: { AWS: principals } } : {}),
    }));
const policyOf = (kind: PolicyKind): fc.Arbitrary<PlainPolicy> =>
  fc.array(statementOf(kind), { minLength: 1, maxLength: 3 });
const identityPolicy = policyOf('identity');

const request = fc.record({
  action: patternOf(['a', 'b']).map((name) => `backup:${name}`),
  resource: fc
    .tuple(fc.constantFrom(ME, OTHER), patternOf(['a', 'b', ':']))
    .map(([account, name]) => `arn:aws:backup:us-east-1:${account}:${name}`),
  context: fc.record(
    {
      'aws:username': some(fc.constantFrom('1', 'a')),
      'aws:tagkeys': some(fc.constantFrom('1', '2', 'a')),
      'aws:requesttag/x': some(fc.constantFrom('1', '3')),
    },
    { requiredKeys: [] },
  ),
});
/** Mostly with AWS's own policy, that allows all, as organizations have it. */
function levelsOf(kind: PolicyKind): fc.Arbitrary<PlainPolicy[][]> {
  const full: PlainPolicy = [
    { Effect: 'Allow', Action: ['*'], Resource: ['*'], ...(kind === 'resource' ? { Principal: { AWS: ['*'] } } : {}) },
  ];
  const level = fc.oneof(
    { weight: 3, arbitrary: fc.constant<PlainPolicy[]>([full]) },
    { weight: 1, arbitrary: policyOf(kind).map((policy) => [full, policy]) },
    { weight: 2, arbitrary: fc.array(policyOf(kind), { minLength: 0, maxLength: 2 }) },
  );
  return fc.array(level, { minLength: 1, maxLength: 3 });
}
const policies = fc.record({
  identity: fc.array(identityPolicy, { maxLength: 2 }),
  boundary: fc.option(identityPolicy, { nil: undefined, freq: 2 }),
  session: fc.option(fc.array(identityPolicy, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  resource: fc.option(fc.record({ policy: policyOf('resource'), accountId: fc.constantFrom(ME, OTHER) }), {
    nil: undefined,
    freq: 2,
  }),
  serviceControl: fc.option(levelsOf('identity'), { nil: undefined, freq: 2 }),
  resourceControl: fc.option(levelsOf('resource'), { nil: undefined, freq: 1 }),
});

const compiled = (policy: PlainPolicy, kind: PolicyKind = 'identity') =>
  readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: policy }), kind);

test('the compiled evaluator decides as the plain one', () => {
  const seen = { allowed: 0, denied: 0, 'not allowed': 0 };
  fc.assert(
    fc.property(policies, request, (all, { action, resource: arn, context }) => {
      const { identity, boundary, session, resource, serviceControl, resourceControl } = all;
      const plain = plainDecision(
        {
          identity,
          ...(boundary ? { boundary } : {}),
          ...(session ? { session } : {}),
          ...(resource ? { resource } : {}),
          ...(serviceControl ? { serviceControl } : {}),
          ...(resourceControl ? { resourceControl } : {}),
        },
        { accountId: ME, callerArn: ANN, action, resource: arn, context },
      );
      const values = new Map<string, readonly string[] | undefined>(Object.entries(context));
      const outcome = evaluate(
        {
          isRoot: false,
          identity: identity.map((policy) => compiled(policy)),
          boundary: boundary && compiled(boundary),
          session: session?.map((policy) => compiled(policy)),
          resource: resource && {
            policy: compiled(resource.policy, 'resource'),
            accountId: resource.accountId,
            required: false,
          },
          serviceControl: serviceControl?.map((level) => level.map((policy) => compiled(policy))),
          resourceControl: resourceControl?.map((level) => level.map((policy) => compiled(policy, 'resource'))),
        },
        {
          principal: { kind: 'aws', accountId: ME, arn: ANN, identityArn: ANN, uniqueId: 'AIDAAAAAAAAAAAAAAAAAA' },
          action,
          resource: arn,
          lookup: (name) => values.get(name),
        },
      );
      const decision = { allowed: 'allowed', 'explicitly-denied': 'denied', 'not-allowed': 'not allowed' } as const;
      expect(decision[outcome.kind]).toBe(plain);
      seen[plain]++;
    }),
    { numRuns: 5_000 },
  );
  // A generator that never grants, or never refuses, proves nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(250);
});

test('whatever text is read as a policy, the answer is a policy or a problem', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.json().map((json) => `{"Statement":${json}}`),
      ),
      (text) => {
        for (const kind of ['identity', 'trust', 'resource'] as const) {
          try {
            readPolicy(text, kind);
          } catch (error) {
            expect(error).toMatchObject({ name: 'PolicyProblem' });
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
