import { expect, test } from 'vitest';
import { DEFAULTS, readTestModeOptions, TestModeUsage } from './options.ts';

const read = (...args: string[]) => readTestModeOptions(args, '/cache');

test('without --ephemeral there is no test mode, whatever else is there', () => {
  expect(read('--port', '0', '--settle')).toBeUndefined();
});

test('alone it has the account and the keys of AWS’s documentation', () => {
  expect(read('--ephemeral')).toEqual({
    options: {
      ...DEFAULTS,
      settle: false,
      untilInputEnds: false,
      readyFile: undefined,
      cacheFolder: '/cache',
      dataFolder: undefined,
    },
    rest: [],
  });
});

test('its own options are taken, in both spellings, and the rest is left for the settings in its order', () => {
  const { options, rest } =
    read(
      '--port',
      '0',
      '--ephemeral',
      '--account-id=111122223333',
      '--settle',
      '--ready-file',
      '/r',
      '--listen',
      'x',
    ) ?? {};
  expect(options).toMatchObject({ accountId: '111122223333', settle: true, readyFile: '/r' });
  expect(rest).toEqual(['--port', '0', '--listen', 'x']);
});

test.each<[args: string[], message: string]>([
  [['--account-id', '012345678901'], '--account-id takes twelve digits, the first of them not 0.'],
  [['--access-key-id', 'AKIA'], '--access-key-id takes AKIA and 16 capital letters or digits.'],
  [['--secret-access-key', 'a b'], '--secret-access-key takes 8 to 128 printable characters without blanks.'],
  [['--ready-file'], '--ready-file takes a value.'],
  [['--data', '--settle'], '--data takes a value.'],
  [['--database-url', 'postgresql://x/y'], 'never uses another: leave --database-url out.'],
  [['--database-url=postgresql://x/y'], 'never uses another: leave --database-url out.'],
])('%j is refused', (args, message) => {
  expect(() => read('--ephemeral', ...args)).toThrow(TestModeUsage);
  expect(() => read('--ephemeral', ...args)).toThrow(message);
});

test('a secret that is refused is not repeated', () => {
  expect(() => read('--ephemeral', '--secret-access-key', 'my secret')).toThrow(/^(?!.*my secret)/);
});
