import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { linesOf, ProgramMissing, processRunner } from './process.ts';

const run = processRunner();
const never = new AbortController().signal;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-process-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = async (stream: AsyncIterable<unknown>): Promise<string> => {
  let all = '';
  for await (const chunk of stream) all += String(chunk);
  return all;
};

test('output, exit code and complaint come back', async () => {
  const child = run({ command: ['sh'], args: ['-c', 'echo out; echo err >&2; exit 7'], signal: never });
  expect(await text(child.stdout)).toBe('out\n');
  expect(await child.ended).toEqual({ exitCode: 7, stopped: undefined, complaint: 'err' });
});

test('a program gets only the environment it is given', async () => {
  const child = run({ command: ['env'], args: [], env: { TOKEN: 'x' }, signal: never });
  const names = (await text(child.stdout))
    .trim()
    .split('\n')
    .map((line) => line.replace(/=.*/, ''));
  expect(names.toSorted()).toEqual(['LC_ALL', 'PATH', 'TOKEN', 'TZ']);
});

test('an open file reaches the program as a descriptor, also when its name is gone', async () => {
  const file = path.join(folder, 'secret');
  writeFileSync(file, 'hidden', { mode: 0o600 });
  const descriptor = openSync(file, 'r');
  rmSync(file);
  const child = run({ command: ['cat'], args: ['/dev/fd/3'], descriptors: [descriptor], signal: never });
  expect(await text(child.stdout)).toBe('hidden');
});

test('an abort ends the whole group, also children that ignore the polite signal', async () => {
  const abort = new AbortController();
  const script = "trap '' INT; sleep 600 & echo started; wait";
  const child = run({ command: ['sh'], args: ['-c', script], signal: abort.signal });
  for await (const line of linesOf(child.stdout)) if (line === 'started') abort.abort();
  // The output has an end only when the last holder of it, here the inner sleep, is gone.
  expect(await child.ended).toMatchObject({ exitCode: null, stopped: 'aborted' });
});

test('a program that falls silent is stopped', async () => {
  const child = run({ command: ['sleep'], args: ['600'], signal: never, silenceMaxMs: 50 });
  await text(child.stdout);
  expect(await child.ended).toMatchObject({ stopped: 'silent' });
});

test('a program that only repeats itself is stopped, unless its output counts', async () => {
  const repeat = { command: ['sh'], args: ['-c', 'for i in $(seq 20); do echo same; sleep 0.05; done'] } as const;
  const stuck = run({ ...repeat, signal: never, silenceMaxMs: 300, outputIsLife: false });
  await text(stuck.stdout);
  expect(await stuck.ended).toMatchObject({ stopped: 'silent' });
  const living = run({ ...repeat, signal: never, silenceMaxMs: 300 });
  await text(living.stdout);
  expect(await living.ended).toMatchObject({ exitCode: 0, stopped: undefined });
});

test('a signal that came before the start stops the program at once', async () => {
  const child = run({ command: ['sleep'], args: ['600'], signal: AbortSignal.abort() });
  await text(child.stdout);
  expect(await child.ended).toMatchObject({ stopped: 'aborted' });
});

test('a missing program is named', () => {
  expect(() => run({ command: ['no-such-program'], args: [], signal: never })).toThrow(ProgramMissing);
});

test('the complaint is bounded and keeps its end', async () => {
  const script = 'for i in $(seq 5000); do echo line $i >&2; done; exit 1';
  const child = run({ command: ['sh'], args: ['-c', script], signal: never });
  await text(child.stdout);
  const { complaint } = await child.ended;
  expect(complaint.length).toBeLessThanOrEqual(8_192);
  expect(complaint).toMatch(/line 5000$/);
});
