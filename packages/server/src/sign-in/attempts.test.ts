import { expect, test } from 'vitest';
import { addressSubject, rootSubject, userSubject } from './attempts.ts';

test.each([
  ['2001:db8:1:2::5', '2001:db8:1:2:ffff::7', true],
  ['2001:db8::1:2:3:4', '2001:db8::5:6:7:8', true],
  ['2001:DB8::1', '2001:db8::2', true],
  ['fe80::1%eth0', 'fe80::2%eth1', true],
  ['2001:db8:1:2::5', '2001:db8:1:3::5', false],
  ['::1', '2001:db8::1', false],
  ['203.0.113.7', '203.0.113.8', false],
])('%s and %s are counted together: %s', (one, other, together) => {
  expect(addressSubject(one).name === addressSubject(other).name).toBe(together);
});

test('a user and a root of the same name are two, whatever the letter case they are one', () => {
  expect(userSubject('111122223333', 'Ann').name).toBe(userSubject('111122223333', 'ann').name);
  expect(rootSubject('ANN@example.test').name).toBe(rootSubject('ann@example.test').name);
  expect(userSubject('a', 'b').name).not.toBe(rootSubject('a\nb').name);
});
