import { expect, test } from 'vitest';
import { isAccountEmail } from './account-email.ts';

test.each(['a@b.c', 'first.last+tag@sub.example.com', 'a..b@example.com', 'x!#$*/=?^_`{}~@example.com', 'a@1.2'])(
  '%s is an address',
  (email) => {
    expect(isAccountEmail(email)).toBe(true);
  },
);

test.each<[rule: string, email: string]>([
  ['one @', 'a@b@example.com'],
  ['a local part', '@example.com'],
  ['a local part that does not begin with a dot', '.a@example.com'],
  ['no blank', 'a b@example.com'],
  ...[...`"'()[]:;,\\|%&`].map((char): [string, string] => [`no ${char}`, `a${char}b@example.com`]),
  ['7-bit characters', 'ä@example.com'],
  ['a domain', 'a@'],
  ['a domain with a dot', 'a@localhost'],
  ['a domain of letters, digits, hyphen and dot', 'a@exa_mple.com'],
  ['a domain that does not begin with a hyphen', 'a@-example.com'],
  ['a domain that does not end with a hyphen', 'a@example.com-'],
  ['a domain that does not begin with a dot', 'a@.example.com'],
  ['a domain that does not end with a dot', 'a@example.com.'],
])('an address has %s', (_rule, email) => {
  expect(isAccountEmail(email)).toBe(false);
});
