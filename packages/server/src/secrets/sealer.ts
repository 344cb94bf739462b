/**
 * Sealing of secrets at rest: envelope encryption with AES-256-GCM.
 *
 * Each secret has a data key of its own; the data key is sealed under the master key, which lives outside the database.
 * `context` (such as `vault-key:arn…`) is authenticated: a sealed secret moved to another row does not open.
 * Layout: version 1 byte | wrapped data key (12 nonce + 32 + 16 tag) | nonce 12 | ciphertext | tag 16.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export const MASTER_KEY_BYTES = 32;
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + MASTER_KEY_BYTES + TAG_BYTES;

export interface Sealer {
  seal(secret: string | Uint8Array, context: string): Buffer;
  /** @throws SealError when the key or the context is another, or a byte was changed */
  open(sealed: Uint8Array, context: string): Buffer;
  /** A key for one purpose, always the same under this master key; it tells nothing about it or about the others. */
  deriveKey(purpose: string): Buffer;
}

export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * Nonces and data keys come from the machine's generator: nobody may ever predict or repeat them, so they are no
 * argument.
 */
export function sealerOf(masterKey: Uint8Array): Sealer {
  if (masterKey.length !== MASTER_KEY_BYTES)
    throw new SealError(`A master key has ${MASTER_KEY_BYTES} bytes, not ${masterKey.length}.`);
  return {
    seal(secret, context) {
      const dataKey = randomBytes(MASTER_KEY_BYTES);
      const wrapped = encrypt(masterKey, dataKey, context);
      const body = encrypt(dataKey, typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret, context);
      return Buffer.concat([Buffer.of(VERSION), wrapped, body]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION || bytes.length < 1 + WRAPPED_BYTES + NONCE_BYTES + TAG_BYTES)
        throw new SealError('Not a sealed secret.');
      const dataKey = decrypt(masterKey, bytes.subarray(1, 1 + WRAPPED_BYTES), context);
      return decrypt(dataKey, bytes.subarray(1 + WRAPPED_BYTES), context);
    },
    deriveKey: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', `holdfast:${purpose}`, MASTER_KEY_BYTES)),
  };
}

function encrypt(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, bytes: Buffer, context: string): Buffer {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new SealError('The sealed secret does not open: the master key is another one, or it was altered.', {
      cause,
    });
  }
}
