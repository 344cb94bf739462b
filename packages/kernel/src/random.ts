/**
 * Randomness as an argument, and the two ways to get it: the machine's generator and a seeded one for tests.
 */

export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
}

/** WebCrypto, there in Node and in browsers alike; declared here because the kernel has neither's types. */
declare const crypto: { getRandomValues(into: Uint8Array): Uint8Array };

/** The one home of the machine's random generator. */
export const systemRandom: Random = {
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};

/** The same bytes for the same seed (mulberry32). Never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff) };
}

const BASE36 = 'abcdefghijklmnopqrstuvwxyz0123456789';
const DIGITS = '0123456789';

/** `length` characters drawn evenly from `alphabet` (bytes that would favour some characters are thrown away). */
export function randomText(random: Random, length: number, alphabet: string = BASE36): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length)) if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text;
}

export function randomDigits(random: Random, length: number): string {
  return randomText(random, length, DIGITS);
}

/** A version 4 UUID, lower case. */
export function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
