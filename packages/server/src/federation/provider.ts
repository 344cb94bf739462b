/**
 * Identity providers as IAM names them: by the address of the issuer without its scheme.
 * Source: the IAM user guide on OIDC identity providers, and on condition keys of federation.
 */
import { formatArn } from '@holdfast/kernel';
import type { OidcProvider } from '../settings.ts';

/** `token.actions.example.com/path`: in ARNs, and before the claim in condition keys. */
export function providerPath({ issuer }: Pick<OidcProvider, 'issuer'>): string {
  return issuer.replace(/^https?:\/\//, '');
}

/** What the operator configured is known in every account. */
export function providerArn(accountId: string, provider: Pick<OidcProvider, 'issuer'>): string {
  return formatArn({ service: 'iam', region: '', accountId, resource: `oidc-provider/${providerPath(provider)}` });
}
