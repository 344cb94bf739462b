/** Rate limits as the operator writes them: `requests=1000,writes=300,bad-signatures=20`, or `off`. */
import { DEFAULT_RATE_LIMITS, type RateLimits } from '../settings.ts';

const MEMBERS = {
  requests: 'requestsPerSecond',
  writes: 'writesPerSecond',
  'bad-signatures': 'badSignaturesPerSecond',
} as const satisfies Record<string, keyof RateLimits>;

const OFF = 'off';
const NUMBER = /^\d{1,7}$/;
const NO_LIMITS: RateLimits = { requestsPerSecond: 0, writesPerSecond: 0, badSignaturesPerSecond: 0 };

/** The defaults as text. */
export const RATE_LIMITS_TEXT = Object.entries(MEMBERS)
  .map(([name, member]) => `${name}=${DEFAULT_RATE_LIMITS[member]}`)
  .join(',');

/** What is not named has its default. `refuse` is told what is wrong, as the end of a sentence. */
export function parseRateLimits(text: string, refuse: (message: string) => never): RateLimits {
  if (text === OFF) return NO_LIMITS;
  let limits = DEFAULT_RATE_LIMITS;
  for (const part of text.split(',')) {
    const [name = '', value = '', ...more] = part.trim().split('=');
    if (!isMember(name)) return refuse(`names "${name}", and not ${Object.keys(MEMBERS).join(', ')} or ${OFF}`);
    if (!NUMBER.test(value) || more.length > 0) refuse(`gives ${name} "${value}", and not a whole number such as 100`);
    limits = { ...limits, [MEMBERS[name]]: Number(value) };
  }
  return limits;
}

function isMember(name: string): name is keyof typeof MEMBERS {
  return Object.hasOwn(MEMBERS, name);
}
