/**
 * Secrets of access keys and sessions that were opened lately: opening one takes longer than verifying a signature.
 *
 * What is kept belongs to the sealed bytes, which the database gives anew with each request; that a key was deleted,
 * deactivated or replaced holds at once, whatever stands here.
 */
import type { Installation } from '../installation.ts';

/** Secrets kept; the oldest goes first. */
const SECRETS_MAX = 2_000;

export class OpenedSecrets {
  readonly #sealer: Installation['sealer'];
  readonly #opened = new Map<string, { readonly sealed: Buffer; readonly secret: string }>();

  constructor(sealer: Installation['sealer']) {
    this.#sealer = sealer;
  }

  open(sealed: Buffer, context: string): string {
    const known = this.#opened.get(context);
    if (known?.sealed.equals(sealed)) return known.secret;
    const secret = this.#sealer.open(sealed, context).toString('utf8');
    this.#opened.delete(context);
    this.#opened.set(context, { sealed, secret });
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > SECRETS_MAX && oldest !== undefined) this.#opened.delete(oldest);
    return secret;
  }
}
