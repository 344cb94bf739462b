/** Access keys with which a request was signed well, the latest of them. */

const KEYS_MAX = 10_000;

export class GoodKeys {
  /** In the order of their last use. */
  readonly #keys = new Set<string>();

  has(accessKeyId: string): boolean {
    return this.#keys.has(accessKeyId);
  }

  add(accessKeyId: string): void {
    this.#keys.delete(accessKeyId);
    this.#keys.add(accessKeyId);
    const [oldest] = this.#keys;
    if (this.#keys.size > KEYS_MAX && oldest !== undefined) this.#keys.delete(oldest);
  }
}
