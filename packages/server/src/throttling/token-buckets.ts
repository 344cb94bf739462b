/**
 * Token buckets by key: each holds `burst` tokens when full and gets `perSecond` of them back.
 *
 * Memory is bounded: of more than `MAX_BUCKETS` keys the one that was used the longest ago is forgotten, which at worst
 * gives it a full bucket again.
 */
import { type Instant, SECOND_MS } from '@holdfast/kernel';

export interface BucketRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Some hundred bytes each. */
export const MAX_BUCKETS = 20_000;

interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #max: number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: BucketRate, max: number = MAX_BUCKETS) {
    this.#rate = rate;
    this.#max = max;
  }

  /** Whether there is a token. */
  has(key: string, now: Instant): boolean {
    return this.#tokens(key, now) >= 1;
  }

  /** Takes one if there is one. */
  take(key: string, now: Instant): boolean {
    const tokens = this.#tokens(key, now);
    const taken = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > this.#max) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return taken;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #tokens(key: string, now: Instant): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return this.#rate.burst;
    // A clock that was set back gives nothing and takes nothing.
    const seconds = Math.max(0, now - bucket.at) / SECOND_MS;
    return Math.min(this.#rate.burst, bucket.tokens + seconds * this.#rate.perSecond);
  }
}
