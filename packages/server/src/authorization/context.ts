/**
 * Condition keys that follow from who asks, when, and whose the resource is. Those of the request itself are in
 * services/request-context, those of an operation in its own file.
 *
 * Where things are added: keys of how somebody signed in (MFA, federation, inherited session tags) in
 * `contextOfCaller`.
 * Source: IAM's "global condition context keys".
 */
import { type Instant, isoTime, SECOND_MS } from '@holdfast/kernel';
import type { Place } from '../store/account-place.ts';
import type { Standing } from '../store/identity-standing.ts';
import type { Membership } from '../store/organizations.ts';
import type { ConditionContext } from './authorizer.ts';
import { type Caller, identityArnOf } from './caller.ts';
import type { Lookup } from './template.ts';

export function contextOfTime(now: Instant): ConditionContext {
  return { 'aws:currenttime': [isoTime(now)], 'aws:epochtime': [String(Math.floor(now / SECOND_MS))] };
}

const PRINCIPAL_TYPES = { root: 'Account', user: 'User', session: 'AssumedRole' } as const;

export function contextOfCaller(caller: Caller, standing: Standing, now: Instant): ConditionContext {
  const context: Record<string, readonly string[]> = {
    ...contextOfTime(now),
    'aws:principalaccount': [caller.accountId],
    'aws:principalarn': [identityArnOf(caller)],
    'aws:principalisawsservice': ['false'],
    'aws:principaltype': [PRINCIPAL_TYPES[caller.kind]],
    'aws:userid': [caller.userId],
    'aws:viaawsservice': ['false'],
  };
  if (caller.kind === 'user') context['aws:username'] = [caller.userName];
  if (standing.membership) {
    context['aws:principalorgid'] = [standing.membership.organization.id];
    context['aws:principalorgpaths'] = [pathAbove(standing.membership)];
  }
  const sessionTags = caller.kind === 'session' ? caller.sessionTags : {};
  for (const [key, value] of Object.entries({ ...standing.tags, ...sessionTags })) {
    context[`aws:principaltag/${key.toLowerCase()}`] = [value];
  }
  if (caller.kind === 'session') {
    if (caller.sourceIdentity !== undefined) context['aws:sourceidentity'] = [caller.sourceIdentity];
    if (caller.federatedProvider !== undefined) context['aws:federatedprovider'] = [caller.federatedProvider];
  }
  return { ...context, ...contextOfCredentials(caller, now) };
}

/** Long-term keys know nothing of MFA: its keys are there for temporary credentials, or when a device was just used. */
function contextOfCredentials(caller: Caller, now: Instant): ConditionContext {
  const issuedAt = caller.kind === 'session' ? caller.issuedAt : caller.ownSession?.issuedAt;
  const { mfaAt } = caller;
  return {
    ...(issuedAt !== undefined && {
      'aws:tokenissuetime': [isoTime(issuedAt)],
      'aws:multifactorauthpresent': ['false'],
    }),
    ...(mfaAt !== undefined && {
      'aws:multifactorauthpresent': ['true'],
      'aws:multifactorauthage': [String(Math.floor((now - mfaAt) / SECOND_MS))],
    }),
  };
}

/** Of a service that acts for an account. */
export function contextOfService(
  servicePrincipal: string,
  accountId: string,
  place: Place,
  now: Instant,
): ConditionContext {
  return {
    ...contextOfTime(now),
    'aws:principalisawsservice': ['true'],
    'aws:principalservicename': [servicePrincipal],
    'aws:principalservicenameslist': [servicePrincipal],
    'aws:sourceaccount': [accountId],
    ...(place.membership && {
      'aws:sourceorgid': [place.membership.organization.id],
      'aws:sourceorgpaths': [pathAbove(place.membership)],
    }),
  };
}

export function contextOfOwner(accountId: string, place: Place | undefined): ConditionContext {
  return {
    'aws:resourceaccount': [accountId],
    ...(place?.membership && {
      'aws:resourceorgid': [place.membership.organization.id],
      'aws:resourceorgpaths': [pathAbove(place.membership)],
    }),
  };
}

/** Of a user, role or policy that is acted upon: IAM has a name of its own for them beside the general one. */
export function contextOfIdentityTags(tags: Readonly<Record<string, string>>): ConditionContext {
  const keys = Object.entries(tags).flatMap(([key, value]): [string, string[]][] => [
    [`aws:resourcetag/${key.toLowerCase()}`, [value]],
    [`iam:resourcetag/${key.toLowerCase()}`, [value]],
  ]);
  return Object.fromEntries(keys);
}

/** `o-…/r-…/[ou-…/]…`: where the account hangs, as the keys that hold paths want it. */
export function pathAbove({ path, accountId }: Membership): string {
  return path.slice(0, -`${accountId}/`.length);
}

/** What the request says never replaces what we know. */
export function lookupIn(...known: readonly (ConditionContext | undefined)[]): Lookup {
  return (key) => known.find((context) => context && Object.hasOwn(context, key))?.[key];
}
