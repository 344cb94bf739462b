/**
 * Passwords: what one must be like, and how it is kept: as scrypt's hash with its own salt and parameters,
 * `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`.
 *
 * scrypt and not argon2id, because every Node that we run on has it whatever OpenSSL it was built with. The parameters
 * are one line of OWASP's password storage cheat sheet (16 MiB); a hash by other ones still verifies and is made anew
 * with the next right password. Not here: who may try how often (attempts.ts).
 */
import { Buffer } from 'node:buffer';
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '@holdfast/kernel';

export const PASSWORD_CHARS = { min: 12, max: 128 };

interface Cost {
  /** Binary logarithm of scrypt's N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

const COST: Cost = { ln: 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Above scrypt's own need of 128·N·r bytes, with room for parameters to come. */
const MEMORY_BYTES_MAX = 268_435_456;
/** scrypt runs on the threads that also read files and names; these many of them it may have. */
const AT_ONCE_MAX = 2;
/** Passwords that may wait for their turn, so that nobody waits for half a minute and then has gone. */
const WAITING_MAX = 50;
/** Those that hold a connection of the database meanwhile, of which all requests together have a few. */
const WAITING_IN_TRANSACTION_MAX = 2;

/** Too many passwords are waited for already; the same may succeed in a moment. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy';
}

export type Verdict =
  | { readonly kind: 'wrong' }
  /** `rehash`: it was hashed by parameters that are not today's. */
  | { readonly kind: 'right'; readonly rehash: boolean };

/** Where somebody waits for their turn. */
export type Waiting = 'alone' | 'in-transaction';

/** Who waits in a transaction is refused sooner than who waits alone, which is the default. */
export interface Passwords {
  /** @throws PasswordsBusy */
  hash(password: string, waiting?: Waiting): Promise<string>;
  /**
   * Without a hash the answer is `wrong`, after the same work.
   * @throws PasswordsBusy
   */
  verify(password: string, hash: string | undefined, waiting?: Waiting): Promise<Verdict>;
}

/** Why it cannot be a password; undefined when it can. */
export function problemOfPassword(password: string): string | undefined {
  const chars = [...password].length;
  const { min, max } = PASSWORD_CHARS;
  if (chars < min) return `Password should have a minimum length of ${min}`;
  if (chars > max) return `Password should have a maximum length of ${max}`;
  return undefined;
}

export function passwordsOf(random: Random, cost: Cost = COST): Passwords {
  const turn = turnstile(AT_ONCE_MAX);
  const nobody = write({ cost, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) });
  return {
    hash: async (password, waiting) => {
      const salt = Buffer.from(random.bytes(SALT_BYTES));
      return write({ cost, salt, hash: await turn(() => derive(password, salt, cost), waiting) });
    },
    verify: async (password, known, waiting) => {
      const kept = read(known ?? nobody);
      const derived = await turn(() => derive(password, kept.salt, kept.cost), waiting);
      if (!timingSafeEqual(derived, kept.hash) || known === undefined) return { kind: 'wrong' };
      const { ln, r, p } = kept.cost;
      return { kind: 'right', rehash: ln !== cost.ln || r !== cost.r || p !== cost.p };
    },
  };
}

interface Kept {
  readonly cost: Cost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function write({ cost: { ln, r, p }, salt, hash }: Kept): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

const KEPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]{43})$/;

function read(text: string): Kept {
  const [, ln, r, p, salt, hash] = KEPT.exec(text) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('Bug: a password hash that was not written here');
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

/** The same letters however a keyboard composes them. */
function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: 2 ** ln, r, p, maxmem: MEMORY_BYTES_MAX };
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

type Turn = <T>(work: () => Promise<T>, waiting?: Waiting) => Promise<T>;

/** Lets `width` works run side by side; the others wait in the order in which they came. */
function turnstile(width: number): Turn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work, where) => {
    const max = where === 'in-transaction' ? WAITING_IN_TRANSACTION_MAX : WAITING_MAX;
    if (waiting.length >= max) throw new PasswordsBusy(`${waiting.length} passwords wait to be looked at.`);
    if (running >= width) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
