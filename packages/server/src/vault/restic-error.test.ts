import { expect, test } from 'vitest';
import { failureOf, ResticError, tellsOfMissingData } from './restic-error.ts';
import { parseLine, parseSnapshots } from './restic-output.ts';
import { parseVersion } from './restic-version.ts';

test.each<[exitCode: number | null, complaint: string, failure: string | undefined]>([
  [0, 'a warning', undefined],
  [3, '', 'source-incomplete'],
  [10, '', 'no-repository'],
  [11, '', 'locked'],
  [12, '', 'wrong-password'],
  [130, '', 'interrupted'],
  [null, '', 'interrupted'],
  [1, 'Fatal: wrong password or no key found', 'wrong-password'],
  [1, 'Fatal: unable to open config file: stat x/config: no such file or directory', 'no-repository'],
  [1, 'unable to create lock in backend: repository is already locked by PID 7 on host', 'locked'],
  [1, 'Fatal: unable to save snapshot: write /v/data/00: no space left on device', 'storage-full'],
  [1, 'ignoring error for /a: ciphertext verification failed\nFatal: There were 4 errors', 'damaged'],
  [1, 'something nobody has seen', 'unknown'],
  [77, '', 'unknown'],
])('exit code %s with "%s" is %s', (exitCode, complaint, failure) => {
  expect(failureOf(exitCode, complaint)).toBe(failure);
});

test('an error keeps the end of the complaint and says whether trying again helps', () => {
  const error = new ResticError('backup', 'locked', 'one\ntwo\nthree\nfour\nfive\n');
  expect(error.message).toBe('restic backup: locked: two; three; four; five');
  expect([error.retryable, new ResticError('backup', 'damaged', '').retryable]).toEqual([true, false]);
});

test('a file of the repository that is not there is told from a storage that is slow', () => {
  const retry = 'Load(<data/deb3fdf554>, 215, 0) returned error, retrying after 552ms:';
  expect(tellsOfMissingData(`${retry} open r5/data/de/deb3: no such file or directory`)).toBe(true);
  expect(tellsOfMissingData(`${retry} connection reset by peer`)).toBe(false);
});

test('a failed system call on a file is named by the file and the error', () => {
  const line = '{"message_type":"error","error":{"Op":"open","Path":"/a","Err":13},"during":"archival","item":"/a"}';
  expect(parseLine(line)).toEqual({ kind: 'error', during: 'archival', item: '/a', message: 'open: EACCES' });
  expect(new ResticError('backup', 'unknown', line).message).toBe('restic backup: unknown: /a: open: EACCES');
});

test('lines that are no JSON of restic are kept as text', () => {
  expect(parseLine('snapshot ba2df9b5 saved')).toEqual({ kind: 'other', text: 'snapshot ba2df9b5 saved' });
  expect(parseLine('{"message_type":"new_in_0.99"}')).toMatchObject({ kind: 'other' });
});

test('a repository without snapshots lists none, in every version', () => {
  expect([parseSnapshots('null'), parseSnapshots('[]')]).toEqual([[], []]);
});

test.each([
  ['restic 0.14.0 compiled with go1.19.8 on linux/amd64', '0.14.0'],
  ['restic 0.18.1 compiled with go1.25.1 on linux/arm64', '0.18.1'],
  ['restic 1.0.0-dev (compiled manually) compiled with go1.25', '1.0.0-dev'],
])('%s is understood', (output, text) => {
  expect(parseVersion(output).text).toBe(text);
});

test('a restic older than 0.14, or something else of that name, is refused', () => {
  expect(() => parseVersion('restic 0.12.1 compiled with go1.17')).toThrow('too old');
  expect(() => parseVersion('restic-like tool')).toThrow('did not answer');
});
