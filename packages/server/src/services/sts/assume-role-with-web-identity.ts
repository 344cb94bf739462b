/**
 * AssumeRoleWithWebIdentity: whoever brings a token of a provider that the operator configured becomes a session of a
 * role whose trust policy names that provider. Nobody signs this request: the token is the proof.
 *
 * A role that does not exist is refused in the same words as one that does not trust the provider.
 * Source: the STS API reference; the IAM user guide on OIDC federation and its condition keys.
 */
import {
  AssumeRoleWithWebIdentity$,
  type AssumeRoleWithWebIdentityRequest,
  type AssumeRoleWithWebIdentityResponse,
  ExpiredTokenException$,
  IDPCommunicationErrorException$,
  IDPRejectedClaimException$,
  InvalidIdentityTokenException$,
} from '@aws-sdk/client-sts';
import { AwsError, accessDenied, type Checked, ValidationError } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { Claims, TokenFault, TokenVerdict } from '../../federation/identity-providers.ts';
import { providerArn, providerPath } from '../../federation/provider.ts';
import { findAccount } from '../../store/account.ts';
import { findRoleByArn } from '../../store/identity-roles.ts';
import { type UnsignedCall, unsignedOperation } from '../operation.ts';
import { openRoleSession } from './role-session.ts';
import { contextOfTags, hasTags } from './session-tags.ts';
import { audienceOf, claimContext, claimedSourceIdentity, claimedTags } from './web-identity-claims.ts';

type Input = Checked<AssumeRoleWithWebIdentityRequest, 'RoleArn' | 'RoleSessionName' | 'WebIdentityToken'>;

const ACTION = 'sts:AssumeRoleWithWebIdentity';

export const assumeRoleWithWebIdentity = unsignedOperation(
  AssumeRoleWithWebIdentity$,
  async (input: Input, call: UnsignedCall): Promise<AssumeRoleWithWebIdentityResponse> => {
    if (input.ProviderId) {
      throw new AwsError(ValidationError, 'ProviderId is for OAuth 2.0 access tokens, which are not supported here.');
    }
    const { installation, now } = call;
    const verdict = await installation.identityProviders.verify(input.WebIdentityToken);
    if (verdict.kind !== 'verified') throw tokenRefused(verdict);
    const { provider, claims } = verdict;
    const tags = claimedTags(claims);
    const sourceIdentity = claimedSourceIdentity(claims);
    const actions = [
      ACTION,
      ...(hasTags(tags) ? ['sts:TagSession'] : []),
      ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ];
    const context: ConditionContext = {
      ...call.requestContext,
      ...claimContext(providerPath(provider), claims),
      ...contextOfTags(tags),
      'sts:rolesessionname': [input.RoleSessionName],
      ...(input.DurationSeconds ? { 'sts:durationseconds': [String(input.DurationSeconds)] } : {}),
      ...(sourceIdentity === undefined ? {} : { 'sts:sourceidentity': [sourceIdentity] }),
    };
    const session = await installation.db.transaction().execute(async (tx) => {
      const role = await findRoleByArn(tx, input.RoleArn);
      const account = role && (await findAccount(tx, role.account_id));
      if (!role || account?.state !== 'ACTIVE') throw notAuthorized();
      const arn = providerArn(role.account_id, provider);
      const federated = { providerArn: arn, actions, context };
      if (!(await installation.authorizer.mayFederate(tx, role, federated))) throw notAuthorized();
      const brought = { tags, sourceIdentity, federatedProvider: arn };
      return openRoleSession({ tx, installation, now }, role, input, brought);
    });
    return {
      ...session,
      SubjectFromWebIdentityToken: claims.sub,
      Provider: claims.iss,
      ...audienceMember(claims),
    };
  },
);

function audienceMember(claims: Claims): { Audience?: string } {
  const audience = audienceOf(claims);
  return audience === undefined ? {} : { Audience: audience };
}

function notAuthorized(): AwsError {
  return accessDenied(`Not authorized to perform ${ACTION}`);
}

type Refused = Extract<TokenVerdict, { readonly kind: TokenFault }>;

function tokenRefused({ kind, issuer, message }: Refused): AwsError {
  switch (kind) {
    case 'not-a-token':
      return new AwsError(InvalidIdentityTokenException$, 'The ID Token provided is not a valid JWT.');
    case 'unknown-provider':
      return new AwsError(
        InvalidIdentityTokenException$,
        `No OpenIDConnect provider found in your account for ${issuer}`,
      );
    case 'wrong-audience':
      return new AwsError(InvalidIdentityTokenException$, 'Incorrect token audience');
    case 'wrong-signature':
      return new AwsError(InvalidIdentityTokenException$, `The signature of the token is not good: ${message}`);
    case 'expired':
      return new AwsError(ExpiredTokenException$, `Token expired: ${message}`);
    case 'wrong-claim':
      return new AwsError(IDPRejectedClaimException$, `A claim of the token is not good: ${message}`);
    case 'unreachable':
      return new AwsError(
        IDPCommunicationErrorException$,
        `Couldn't retrieve verification key from your identity provider ${issuer}`,
      );
  }
}
