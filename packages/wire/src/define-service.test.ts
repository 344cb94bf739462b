import type { AssumeRoleRequest, AssumeRoleResponse, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import * as sts from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { AwsError } from './aws-error.ts';
import { ValidationError } from './common-errors.ts';
import { defineService, type Handles } from './define-service.ts';
import type { Checked, OperationSchema } from './sdk-types.ts';

function handler<Input, Output>(
  schema: OperationSchema,
  handle: (input: Input) => Promise<Output>,
): Handles<Input, Output> {
  return { name: schema[2], run: { handle } };
}

const assumeRole = handler(
  sts.AssumeRole$,
  async (input: Checked<AssumeRoleRequest, 'RoleArn' | 'RoleSessionName'>): Promise<AssumeRoleResponse> => ({
    SourceIdentity: input.RoleArn.concat(input.RoleSessionName),
  }),
);
const getCallerIdentity = handler(
  sts.GetCallerIdentity$,
  async (_input: object): Promise<GetCallerIdentityResponse> => ({ Account: '111122223333' }),
);

const settings = {
  sdk: sts,
  name: 'sts',
  title: 'AWS STS',
  protocol: { kind: 'awsQuery', version: '2011-06-15', xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  violation: () => new AwsError(ValidationError, 'wrong'),
} as const;

const notImplemented = [
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetSessionToken',
] as const;

test('a service knows which of its operations are implemented', () => {
  const service = defineService({
    ...settings,
    handlers: { assumeRole, getCallerIdentity },
    notImplemented: [...notImplemented, 'GetWebIdentityToken'],
  });
  const implemented = service.operations().filter((operation) => operation.implemented);
  expect(implemented.map((operation) => operation.name)).toEqual(['AssumeRole', 'GetCallerIdentity']);
  expect(service.operations()).toHaveLength(11);
  expect(service.handlers.get('AssumeRole')).toBe(assumeRole);
});

test('a schema with neither handler nor a place in the list fails the type check and the start', () => {
  const define = () =>
    // @ts-expect-error GetWebIdentityToken is neither handled nor listed
    defineService({ ...settings, handlers: { assumeRole, getCallerIdentity }, notImplemented });
  expect(define).toThrow('GetWebIdentityToken has no handler');
});

test('a handler without a schema fails the type check and the start', () => {
  const getWeather = handler([9, 'com.amazonaws.sts', 'GetWeather'], async (_input: object) => ({}));
  const define = () =>
    // @ts-expect-error STS has no GetWeather
    defineService({
      ...settings,
      handlers: { assumeRole, getCallerIdentity, getWeather },
      notImplemented: [...notImplemented, 'GetWebIdentityToken'],
    });
  expect(define).toThrow('GetWeather has a handler but no schema');
});

test('an operation that is handled and listed as not implemented fails the type check and the start', () => {
  const define = () =>
    // @ts-expect-error AssumeRole stands in both
    defineService({
      ...settings,
      handlers: { assumeRole, getCallerIdentity },
      notImplemented: [...notImplemented, 'GetWebIdentityToken', 'AssumeRole'],
    });
  expect(define).toThrow('AssumeRole is handled and listed as not implemented');
});

test('a handler under the name of another operation refuses to start', () => {
  const define = () =>
    defineService({
      ...settings,
      handlers: { assumeRole, getCallerIdentity: { ...getCallerIdentity, name: 'GetSessionToken' } },
      notImplemented: [...notImplemented, 'GetWebIdentityToken'],
    });
  expect(define).toThrow('getCallerIdentity handles GetSessionToken');
});

test('a handler with an output that AWS does not have fails the type check', () => {
  const wrong = handler(sts.GetCallerIdentity$, async (_input: object) => ({ Account: 42 }));
  const service = defineService({
    ...settings,
    // @ts-expect-error Account is a string
    handlers: { assumeRole, getCallerIdentity: wrong },
    notImplemented: [...notImplemented, 'GetWebIdentityToken'],
  });
  expect(service.operations()).toHaveLength(11);
});

test('a rule that is switched off for a member that does not exist refuses to start', () => {
  const define = () =>
    defineService({
      ...settings,
      handlers: { assumeRole, getCallerIdentity },
      notImplemented: [...notImplemented, 'GetWebIdentityToken'],
      unenforced: { AssumeRole: [{ path: 'RoleArm', kinds: ['pattern'] }] },
    });
  expect(define).toThrow('AssumeRole: RoleArm is exempt but does not exist');
});
