import { isoTime } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { addDuration } from './duration.ts';

const FROM = '2027-01-31T12:00:00.000Z';

test.each([
  ['P30D', '2027-03-02T12:00:00.000Z'],
  ['P2W', '2027-02-14T12:00:00.000Z'],
  ['PT90M', '2027-01-31T13:30:00.000Z'],
  ['P1DT1H1M1S', '2027-02-01T13:01:01.000Z'],
  ['P1M', '2027-02-28T12:00:00.000Z'],
  ['P1Y1M', '2028-02-29T12:00:00.000Z'],
  ['P0D', FROM],
])('%s leads from January 31 to %s', (duration, to) => {
  const reached = addDuration(Date.parse(FROM), duration);
  expect(reached === undefined ? undefined : isoTime(reached)).toBe(to);
});

test.each(['', 'P', 'PT', 'P1', '30D', 'P1H', 'PT1D', '-P1D', 'P1.5D', 'P1D ', 'P999999Y'])(
  '"%s" is no duration',
  (text) => {
    expect(addDuration(Date.parse(FROM), text)).toBeUndefined();
  },
);
