/** Names of things that are not there: each in the form of one that is. */
import type { Things } from './inputs.ts';

/** The characters at the end that differ: enough that nothing is hit by chance, and none of an id's prefix. */
const CHANGED = /[^-]{1,8}$/;

/** Only the thing is missing: what is in its account stays, in an ARN the account itself. */
export function ghostOf(text: string): string {
  return text.replace(CHANGED, (end) => [...end].map(next).join(''));
}

/** The same name in an account that is missing too; undefined for what is no ARN. */
export function ghostAccountOf(text: string): string | undefined {
  const [arn, partition, service, region, account = '', ...rest] = text.split(':');
  return arn === 'arn' && account !== ''
    ? [arn, partition, service, region, ghostOf(account), ...rest].join(':')
    : undefined;
}

export function ghostsOf(things: Things): Things {
  const entries = Object.entries(things).map(([kind, text]) => [kind, ghostOf(text)]);
  return Object.fromEntries(entries) as Things;
}

/** The next of its kind: digits stay digits, hexadecimal digits stay hexadecimal, letters stay letters. */
function next(char: string): string {
  const cycle = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ'].find((each) =>
    each.includes(char),
  );
  return cycle === undefined ? char : (cycle[(cycle.indexOf(char) + 1) % cycle.length] ?? char);
}
