/**
 * The keys that a provider signs its tokens with: found through its discovery document, kept for a while, fetched anew
 * when a token names a key that is not among them, but not oftener than every half minute: whoever makes up key names
 * does not make us call the provider.
 *
 * Source: OpenID Connect Discovery 1.0, 4; RFC 7517.
 */
import { type Clock, type Instant, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import type { OidcProvider } from '../settings.ts';
import { FetchError, fetchJson } from './fetch-json.ts';
import { isTrustworthy } from './provider-settings.ts';

const KEPT_MS = 10 * MINUTE_MS;
const COOL_DOWN_MS = 30 * SECOND_MS;
const KEYS_MAX = 100;

/** A JSON Web Key Set, as the provider gave it; what is in it is checked by whoever uses a key. */
export interface KeySet {
  readonly keys: readonly object[];
}

interface Fetched {
  readonly set: KeySet;
  readonly at: Instant;
}

export class ProviderKeys {
  readonly #provider: OidcProvider;
  readonly #clock: Clock;
  #kept: Fetched | undefined;
  #underWay: Promise<KeySet> | undefined;
  /** When the provider was asked last, whatever came of it. */
  #askedAt = -Infinity;

  constructor(provider: OidcProvider, clock: Clock) {
    this.#provider = provider;
    this.#clock = clock;
  }

  /** @throws FetchError */
  async current(): Promise<KeySet> {
    const kept = this.#kept;
    return kept && this.#clock.now() - kept.at < KEPT_MS ? kept.set : this.#fetch();
  }

  /**
   * When a key is not among the `former` ones. Undefined: the provider was asked just now and would say the same.
   * @throws FetchError
   */
  async newer(former: KeySet): Promise<KeySet | undefined> {
    if (this.#underWay) return this.#underWay;
    const kept = this.#kept?.set;
    if (kept && kept !== former) return kept;
    return this.#clock.now() - this.#askedAt < COOL_DOWN_MS ? undefined : this.#fetch();
  }

  /** All who ask meanwhile wait for the same answer. */
  #fetch(): Promise<KeySet> {
    this.#underWay ??= this.#fetchNow().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #fetchNow(): Promise<KeySet> {
    this.#askedAt = this.#clock.now();
    const { ca } = this.#provider;
    const url = await this.#keysUrl();
    const document = await fetchJson(url, { ca });
    const keys: unknown = isObject(document) ? document['keys'] : undefined;
    if (!Array.isArray(keys) || keys.length > KEYS_MAX || !keys.every(isObject)) {
      throw new FetchError(`${url.href} did not answer with a set of at most ${KEYS_MAX} keys.`);
    }
    this.#kept = { set: { keys }, at: this.#clock.now() };
    return this.#kept.set;
  }

  async #keysUrl(): Promise<URL> {
    const { issuer, ca, jwksUrl } = this.#provider;
    if (jwksUrl !== undefined) return new URL(jwksUrl);
    const discovery = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const document = await fetchJson(discovery, { ca });
    const told = isObject(document) ? document : {};
    // Otherwise one provider could speak for another (OpenID Connect Discovery, 4.3).
    if (told['issuer'] !== issuer) throw new FetchError(`${discovery.href} is about another issuer.`);
    const { jwks_uri: uri } = told;
    if (typeof uri !== 'string' || !URL.canParse(uri)) throw new FetchError(`${discovery.href} names no jwks_uri.`);
    const url = new URL(uri);
    if (!isTrustworthy(url)) throw new FetchError(`${discovery.href} names a jwks_uri that is not https.`);
    return url;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
