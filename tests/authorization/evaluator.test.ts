/**
 * The compiled evaluator against a plain one, on random policies of every kind.
 *
 *     EVALUATE_SEED=17 npx vitest run tests/authorization/evaluator.test.ts    replays a failure, which names its seed
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PolicyKind, readPolicy } from '../../packages/server/src/authorization/policy-document.ts';
import type { Principal } from '../../packages/server/src/authorization/principals.ts';
import {
  type PlainPolicy,
  type PlainStatement,
  plainDecision,
} from '../../packages/server/src/authorization/testing/plain-evaluator.ts';
import { type Hung, type HungPolicies, type Origin, trace } from '../../packages/server/src/authorization/trace.ts';

const CASES = 5_000;
const SEED = process.env['EVALUATE_SEED'];
const replay = SEED === undefined ? {} : { seed: Number(SEED) };

const ME = '111111111111';
const OTHER = '222222222222';
const ANN = `arn:aws:iam::${ME}:user/ann`;
const ROOT = `arn:aws:iam::${ME}:root`;
const ROLE = `arn:aws:iam::${ME}:role/Ops`;
const SESSION = `arn:aws:sts::${ME}:assumed-role/Ops/s1`;

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
    .tuple(fc.constantFrom(ME, OTHER, '*', '1*'), patternOf(['a', 'b', ':', '*', '?', '${aws:username}']))
    .map(([account, name]) => `arn:aws:backup:*:${account}:${name}`),
);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: 1, maxLength: 2 });
const key = fc.constantFrom('aws:username', 'aws:TagKeys', 'aws:RequestTag/x');
const NAMES = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'];
const operator = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom(...NAMES, 'NumericLessThan'),
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
      effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Allow' as const, 'Deny' as const),
      actions: fc.tuple(fc.boolean(), some(actionPattern)),
      resources: fc.tuple(fc.boolean(), some(resourcePattern)),
      condition: fc.option(condition, { nil: undefined, freq: 2 }),
      principals: some(fc.constantFrom('*', ANN, ROLE, SESSION, ROOT, ME, OTHER)),
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
const fullAccess = (kind: PolicyKind): PlainPolicy => [
  { Effect: 'Allow', Action: ['*'], Resource: ['*'], ...(kind === 'resource' ? { Principal: { AWS: ['*'] } } : {}) },
];
/** Often one that allows all: where many layers must allow, few requests would pass otherwise. */
const identityPolicy = fc.oneof(fc.constant(fullAccess('identity')), policyOf('identity'));

/** Mostly with AWS's own policy, that allows all, as organizations have it. */
function levelsOf(kind: PolicyKind): fc.Arbitrary<PlainPolicy[][]> {
  const full = fullAccess(kind);
  const level = fc.oneof(
    { weight: 3, arbitrary: fc.constant<PlainPolicy[]>([full]) },
    { weight: 1, arbitrary: policyOf(kind).map((policy) => [full, policy]) },
    { weight: 1, arbitrary: fc.array(policyOf(kind), { minLength: 0, maxLength: 2 }) },
  );
  return fc.array(level, { minLength: 1, maxLength: 3 });
}

const caller = fc.constantFrom<Extract<Principal, { kind: 'aws' }>>(
  { kind: 'aws', accountId: ME, arn: ANN, identityArn: ANN, uniqueId: 'AIDAAAAAAAAAAAAAAAAAA' },
  { kind: 'aws', accountId: ME, arn: SESSION, identityArn: ROLE, uniqueId: 'AROAAAAAAAAAAAAAAAAAA' },
  { kind: 'aws', accountId: ME, arn: ROOT, identityArn: ROOT, uniqueId: ME },
);
const request = fc.record({
  by: caller,
  action: patternOf(['a', 'b']).map((name) => `backup:${name}`),
  resource: fc
    .tuple(fc.constantFrom(ME, OTHER), patternOf(['a', 'b', ':']))
    .map(([account, name]) => `arn:aws:backup:us-east-1:${account}:${name}`),
  context: fc.record(
    {
      'aws:username': some(fc.constantFrom('1', 'a')),
      'aws:tagkeys': some(fc.constantFrom('1', '2', 'a')),
      'aws:requesttag/x': some(fc.constantFrom('1', '3', 'A')),
    },
    { requiredKeys: [] },
  ),
});
const resourcePolicy = fc.record({
  policy: policyOf('resource'),
  accountId: fc.constantFrom(ME, OTHER),
  isTrust: fc.boolean(),
});
const policies = fc.record(
  {
    identity: fc.array(identityPolicy, { maxLength: 2 }),
    boundary: identityPolicy,
    session: fc.array(identityPolicy, { minLength: 1, maxLength: 2 }),
    resource: resourcePolicy,
    serviceControl: levelsOf('identity'),
    resourceControl: levelsOf('resource'),
  },
  { requiredKeys: ['identity'] },
);

const compiled = (policy: PlainPolicy, kind: PolicyKind) =>
  readPolicy(JSON.stringify({ Version: '2012-10-17', Statement: policy }), kind);
const hung = (policy: PlainPolicy, layer: Origin['layer'], kind: PolicyKind = 'identity'): Hung => ({
  document: compiled(policy, kind),
  origin: { layer, policy: '', on: '' },
});

function hungPolicies(
  all: typeof policies extends fc.Arbitrary<infer All> ? All : never,
  isRoot: boolean,
): HungPolicies {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = all;
  const levels = (of: PlainPolicy[][] | undefined, layer: Origin['layer'], kind: PolicyKind) =>
    of?.map((level, index) => ({ nodeId: String(index), policies: level.map((policy) => hung(policy, layer, kind)) }));
  return {
    isRoot,
    identity: identity.map((policy) => hung(policy, 'identity')),
    boundary: boundary && hung(boundary, 'boundary'),
    session: session?.map((policy) => hung(policy, 'session')),
    resource: resource && {
      policy: hung(resource.policy, resource.isTrust ? 'trust' : 'resource', 'resource'),
      accountId: resource.accountId,
      required: resource.isTrust,
    },
    serviceControl: levels(serviceControl, 'service-control', 'identity'),
    resourceControl: levels(resourceControl, 'resource-control', 'resource'),
  };
}

test('the compiled evaluator decides as the plain one, and can say why', () => {
  const seen = { allowed: 0, denied: 0, 'not allowed': 0 };
  fc.assert(
    fc.property(policies, request, (all, { by, action, resource, context }) => {
      const isRoot = by.arn === ROOT;
      const { accountId, arn: callerArn, identityArn } = by;
      const plain = plainDecision(all, { accountId, callerArn, identityArn, isRoot, action, resource, context });
      const values = new Map<string, readonly string[] | undefined>(Object.entries(context));
      const lookup = (name: string) => values.get(name);
      const { outcome, decidedBy, nearest } = trace(hungPolicies(all, isRoot), {
        principal: by,
        action,
        resource,
        lookup,
      });
      const decision = { allowed: 'allowed', 'explicitly-denied': 'denied', 'not-allowed': 'not allowed' } as const;
      expect(decision[outcome.kind]).toBe(plain);
      seen[plain]++;

      expect(decidedBy.every(({ misses }) => misses.length === 0)).toBe(true);
      expect(nearest.every(({ misses }) => misses.length > 0)).toBe(true);
      if (outcome.kind === 'allowed') expect(isRoot || decidedBy.length > 0).toBe(true);
      else if (outcome.kind === 'not-allowed') {
        expect(nearest.every(({ origin }) => origin.layer === outcome.layer)).toBe(true);
      } else expect(decidedBy[0]).toMatchObject({ effect: 'Deny', origin: { layer: outcome.layer } });
    }),
    { numRuns: CASES, ...replay },
  );
  // A generator that never grants, or never refuses, proves nothing.
  if (SEED === undefined) expect(Math.min(...Object.values(seen))).toBeGreaterThan(CASES / 20);
});

test('whatever text is read as a policy, the answer is a policy or a problem', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json().map((json) => `{"Statement":${json}}`),
  );
  fc.assert(
    fc.property(text, (written) => {
      for (const kind of ['identity', 'trust', 'resource'] as const) {
        try {
          readPolicy(written, kind);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PolicyProblem' });
        }
      }
    }),
    { numRuns: 2_000, ...replay },
  );
});
