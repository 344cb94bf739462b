/** STS: who am I, and temporary credentials of roles and of oneself. */
import * as sdk from '@aws-sdk/client-sts';
import { constraintTables, defineService, validationError } from '@holdfast/wire';
import { assumeRole } from './assume-role.ts';
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';

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
  unsigned: ['AssumeRoleWithWebIdentity'],
  handlers: { assumeRole, assumeRoleWithWebIdentity, getAccessKeyInfo, getCallerIdentity, getSessionToken },
  notImplemented: [
    'AssumeRoleWithSAML',
    'AssumeRoot',
    'DecodeAuthorizationMessage',
    'GetDelegatedAccessToken',
    'GetFederationToken',
    'GetWebIdentityToken',
  ],
});
