/** STS: who am I, and sessions of roles. */
import * as sdk from '@aws-sdk/client-sts';
import { constraintTables, defineService, validationError } from '@holdfast/wire';
import { assumeRole } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

export const stsService = defineService({
  name: 'sts',
  title: 'AWS Security Token Service',
  protocol: {
    kind: 'awsQuery',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  },
  sdk,
  constraints: constraintTables.sts,
  violation: validationError,
  handlers: { assumeRole, getCallerIdentity },
  notImplemented: [
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'AssumeRoot',
    'DecodeAuthorizationMessage',
    'GetAccessKeyInfo',
    'GetDelegatedAccessToken',
    'GetFederationToken',
    'GetSessionToken',
    'GetWebIdentityToken',
  ],
});
