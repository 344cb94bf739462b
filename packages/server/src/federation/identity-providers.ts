/**
 * Verifies tokens of the operator's OIDC providers: signature, issuer, audience, times.
 *
 * Not here: which role somebody may take with a token (authorization), what a refusal looks like (services/sts).
 * Source: OpenID Connect Core 1.0, 3.1.3.7; RFC 8725 (best practices for JWT); the STS API reference.
 */
import type { Clock, Logger } from '@holdfast/kernel';
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { OidcProvider } from '../settings.ts';
import { FetchError } from './fetch-json.ts';
import { type KeySet, ProviderKeys } from './provider-keys.ts';

/** Signatures with a provider's private key: never `none`, never a secret that we would have to share. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

export type TokenVerdict =
  | { readonly kind: 'verified'; readonly provider: OidcProvider; readonly claims: Claims }
  | { readonly kind: TokenFault; readonly issuer: string | undefined; readonly message: string };

export type TokenFault =
  | 'not-a-token'
  | 'unknown-provider'
  | 'wrong-audience'
  | 'expired'
  /** Another claim: it is missing, or its time has not come. */
  | 'wrong-claim'
  | 'wrong-signature'
  | 'unreachable';

/** A token's payload; `iss`, `sub`, `aud`, `iat` and `exp` are there and checked. */
export type Claims = JWTPayload & { readonly iss: string; readonly sub: string };

export interface IdentityProviders {
  verify(token: string): Promise<TokenVerdict>;
}

export interface ProviderParts {
  readonly clock: Clock;
  readonly log: Logger;
}

export function identityProvidersOf(
  providers: readonly OidcProvider[],
  { clock, log }: ProviderParts,
): IdentityProviders {
  const byIssuer = new Map(
    providers.map((provider) => [provider.issuer, { provider, keys: new ProviderKeys(provider, clock) }]),
  );
  return {
    verify: async (token) => {
      const issuer = issuerOf(token);
      if (issuer === undefined) return { kind: 'not-a-token', issuer, message: 'The token is not a JSON Web Token.' };
      const known = byIssuer.get(issuer);
      if (!known) return { kind: 'unknown-provider', issuer, message: `Nobody configured the provider ${issuer}.` };
      try {
        const claims = await verified(token, known.provider, known.keys, clock);
        return { kind: 'verified', provider: known.provider, claims };
      } catch (error) {
        if (error instanceof FetchError) log.warn('federation.provider-unreachable', { issuer, error });
        return { kind: faultOf(error), issuer, message: (error as Error).message };
      }
    },
  };
}

function issuerOf(token: string): string | undefined {
  try {
    // Nobody has checked the token: its issuer may be anything that JSON can write.
    const issuer: unknown = decodeJwt(token).iss ?? '';
    return typeof issuer === 'string' ? issuer : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}

async function verified(token: string, provider: OidcProvider, keys: ProviderKeys, clock: Clock): Promise<Claims> {
  const check = async (set: KeySet): Promise<Claims> => {
    // The keys are whatever the provider sent; jose checks each that it uses.
    const { payload } = await jwtVerify(token, createLocalJWKSet(set as JSONWebKeySet), {
      algorithms: ALGORITHMS,
      issuer: provider.issuer,
      audience: [...provider.audiences],
      clockTolerance: provider.clockToleranceSeconds,
      currentDate: new Date(clock.now()),
      requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp'],
      maxTokenAge: TOKEN_SECONDS_MAX,
    });
    const { iss = '', sub = '' } = payload;
    return { ...payload, iss, sub };
  };
  const current = await keys.current();
  try {
    return await check(current);
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    const newer = await keys.newer(current);
    if (!newer) throw error;
    return check(newer);
  }
}

/** A token that was made longer ago is no proof of today, whatever it says of its own end. */
const TOKEN_SECONDS_MAX = 86_400;

function faultOf(error: unknown): TokenFault {
  if (error instanceof FetchError) return 'unreachable';
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim === 'aud' ? 'wrong-audience' : 'wrong-claim';
  // A key of another kind than the algorithm wants is a TypeError of jose's.
  if (error instanceof errors.JOSEError || error instanceof TypeError) return 'wrong-signature';
  throw error;
}
