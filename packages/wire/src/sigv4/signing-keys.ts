/**
 * The key that signs one day's requests of one access key to one service in one region: four HMACs that are worth
 * keeping.
 */
import { createHmac } from 'node:crypto';
import type { SignedParts } from './credential-scope.ts';

/** Keys kept; the oldest goes first. Each is some 200 bytes. */
const KEYS_MAX = 2_000;

export class SigningKeys {
  readonly #keys = new Map<string, { readonly secret: string; readonly key: Uint8Array }>();

  keyFor(secret: string, { accessKeyId, day, region, service }: SignedParts): Uint8Array {
    const scope = `${accessKeyId}/${day}/${region}/${service}`;
    const known = this.#keys.get(scope);
    // A key whose secret was replaced signs no more.
    if (known?.secret === secret) return known.key;
    const key = [region, service, 'aws4_request'].reduce<Uint8Array>(hmac, hmac(`AWS4${secret}`, day));
    this.#keys.set(scope, { secret, key });
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > KEYS_MAX && oldest !== undefined) this.#keys.delete(oldest);
    return key;
  }
}

export function hmac(key: Uint8Array | string, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}
