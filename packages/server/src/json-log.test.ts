import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Logger, ManualClock } from '@holdfast/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonLogger } from './json-log.ts';

let folder: string;
let file: number;
let log: Logger;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-log-'));
  file = openSync(path.join(folder, 'log'), 'w');
  log = jsonLogger('info', new ManualClock(0), file);
});
afterEach(() => {
  closeSync(file);
  rmSync(folder, { recursive: true });
});
const written = (): unknown[] => {
  const lines = readFileSync(path.join(folder, 'log'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as unknown);
};

test('an event is one line with its time, its own fields and those of its logger', () => {
  log.child({ jobId: 'j-1' }).warn('job.lease-lost', { attempt: 2 });
  log.debug('too.small');
  expect(written()).toEqual([
    { level: 'warn', at: '1970-01-01T00:00:00.000Z', event: 'job.lease-lost', jobId: 'j-1', attempt: 2 },
  ]);
});

test('fields that are named like secrets are not written, however deep', () => {
  log.info('e', { password: 'hidden', a: { secretAccessKey: 'hidden', b: { token: 'hidden' } } });
  expect(JSON.stringify(written())).not.toContain('hidden');
});

test('of an error, name, message, code, place and causes are written, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error('inner'), { code: '57P01', client: { password: 'hidden', big: 'hidden' } });
  log.error('e', { error: new Error('outer', { cause }) });
  log.error('e', { error: { client: 'hidden' } });
  expect(written()).toMatchObject([
    { error: { name: 'Error', message: 'outer', cause: { message: 'inner', code: '57P01' } } },
    { error: '(not an error)' },
  ]);
  expect(JSON.stringify(written())).not.toContain('hidden');
});
