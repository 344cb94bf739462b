/**
 * The gate of the endpoint: how many requests a caller may make in a second, and how many bad signatures an address.
 *
 * A caller is a user, a role with all its sessions, or an account's root, and has a share of its own in each service;
 * an account as a whole has a few of them, so that nobody gets more by making users. Counted in this process alone: of
 * several servers each gives its own.
 * Source: "throttling" in the guides of AWS Organizations and IAM; the numbers are ours and generous.
 */
import { TooManyRequestsException$ } from '@aws-sdk/client-organizations';
import type { Clock } from '@holdfast/kernel';
import { AwsError, type Claim, type Gate, Throttling } from '@holdfast/wire';
import { type Caller, principalIdOf } from '../authorization/caller.ts';
import type { RateLimits } from '../settings.ts';
import { GoodKeys } from './good-keys.ts';
import { type BucketRate, TokenBuckets } from './token-buckets.ts';

/** A bucket holds what its rate gives in this time. */
const BURST_SECONDS = 2;
/** Callers that an account may have at full rate side by side. */
const CALLERS_OF_ACCOUNT = 4;

/** Whether an operation only reads. */
export type IsReading = (service: string, operation: string) => boolean;

export function throttle(limits: RateLimits, clock: Clock, isReading: IsReading): Gate<Caller> {
  const requests = new Shares(limits.requestsPerSecond);
  const writes = new Shares(limits.writesPerSecond);
  const badSignatures = bucketsOf(limits.badSignaturesPerSecond);
  const goodKeys = new GoodKeys();
  // Behind a proxy all come from one address: keys that were good before are counted by themselves.
  const bucketOf = ({ sourceIp, accessKeyId }: Claim): string =>
    accessKeyId !== undefined && goodKeys.has(accessKeyId) ? `${sourceIp} ${accessKeyId}` : sourceIp;
  return {
    claimed(claim) {
      if (badSignatures?.has(bucketOf(claim), clock.now()) === false) throw tooMany(claim.service);
      // Requests that need no signature cost as much as bad ones.
      if (claim.accessKeyId === undefined) badSignatures?.take(bucketOf(claim), clock.now());
    },
    checked(claim, signature) {
      if (signature === 'bad') badSignatures?.take(bucketOf(claim), clock.now());
      else if (claim.accessKeyId !== undefined) goodKeys.add(claim.accessKeyId);
    },
    identified(caller, service) {
      if (!requests.take(caller, service, clock)) throw tooMany(service);
    },
    asked(caller, service, operation) {
      if (!isReading(service, operation) && !writes.take(caller, service, clock)) throw tooMany(service);
    },
  };
}

/** What each caller, and each account, gets of a service. */
class Shares {
  readonly #callers: TokenBuckets | undefined;
  readonly #accounts: TokenBuckets | undefined;

  constructor(perSecond: number) {
    this.#callers = bucketsOf(perSecond);
    this.#accounts = bucketsOf(perSecond * CALLERS_OF_ACCOUNT);
  }

  take(caller: Caller, service: string, clock: Clock): boolean {
    const now = clock.now();
    const own = this.#callers?.take(`${service} ${caller.accountId} ${principalIdOf(caller)}`, now) ?? true;
    return own && (this.#accounts?.take(`${service} ${caller.accountId}`, now) ?? true);
  }
}

/** Undefined: without a limit. */
function bucketsOf(perSecond: number): TokenBuckets | undefined {
  if (perSecond === 0) return undefined;
  const rate: BucketRate = { perSecond, burst: perSecond * BURST_SECONDS };
  return new TokenBuckets(rate);
}

function tooMany(service: string): AwsError {
  return new AwsError(service === 'organizations' ? TooManyRequestsException$ : Throttling, 'Rate exceeded');
}
