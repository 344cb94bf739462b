import { Command } from 'commander';
import { expect, test } from 'vitest';
import { changeOf, policyFilesOf, type WrittenChange, withChangeOptions } from './change-options.ts';

const change = (option: WrittenChange['option'], text: string) =>
  changeOf({ option, text }, 'TAG_POLICY', (file) => `text of ${file}`);

test('changes keep the order of the command line, across options', () => {
  const command = new Command();
  const written = withChangeOptions(command);
  command.parse(['--attach', 'b@Root', '--new-policy', 'x=x.json', '--attach', 'x@Root', '--detach', 'b@Root'], {
    from: 'user',
  });
  expect(written.map(({ option, text }) => `${option} ${text}`)).toEqual([
    'attach b@Root',
    'new-policy x=x.json',
    'attach x@Root',
    'detach b@Root',
  ]);
  expect(policyFilesOf(written)).toEqual([{ policy: 'x', file: 'x.json' }]);
});

test.each<[option: WrittenChange['option'], text: string, expected: object]>([
  ['set-policy', 'p-1=a=b.json', { kind: 'set-policy', policy: 'p-1', content: 'text of a=b.json' }],
  [
    'new-policy',
    'base=base.json',
    { kind: 'new-policy', name: 'base', type: 'TAG_POLICY', content: 'text of base.json' },
  ],
  ['attach', 'base@Root/Prod', { kind: 'attach', policy: 'base', target: 'Root/Prod' }],
  ['detach', 'mail@example@Root', { kind: 'detach', policy: 'mail@example', target: 'Root' }],
  ['move', '111122223333@Prod', { kind: 'move', account: '111122223333', parent: 'Prod' }],
])('--%s %s', (option, text, expected) => {
  expect(change(option, text)).toEqual(expected);
});

test.each<[WrittenChange['option'], string]>([
  ['set-policy', 'p-1'],
  ['set-policy', '=file'],
  ['attach', 'base@'],
  ['move', '@Root'],
])('--%s %s is of no form that means anything', (option, text) => {
  expect(() => change(option, text)).toThrow(`--${option} ${text}: that is not of the form`);
});
