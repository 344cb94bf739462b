import { expect, test } from 'vitest';
import { followJobs, hasEnded } from '../jobs/job-progress.ts';
import type { JobRow } from '../jobs/job-rows.ts';
import { liveArea } from './live-area.ts';
import { type Terminal, terminal } from './terminal.ts';

function captured(isTTY: boolean, columns = 40): { terminal: Terminal; text: () => string } {
  let text = '';
  const stream = {
    isTTY,
    columns,
    write: (part: string) => {
      text += part;
    },
  };
  return { terminal: terminal(stream, stream, { noColour: true, dumb: false }), text: () => text };
}

const ESCAPE = String.fromCharCode(27);
const TOKEN = new RegExp(`${ESCAPE}\\[(\\?25[lh]|\\d*A|J)|\\r|\\n|[^${ESCAPE}\\r\\n]+`, 'g');

/** What is on the screen after all escape sequences: only those that the area uses are known. */
function screen(text: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') {
      row++;
      lines[row] ??= '';
    } else if (token === '\r') continue;
    else if (token.endsWith('A') && token.startsWith('\u001b')) row -= Number(token.slice(2, -1));
    else if (token === '\u001b[J') lines.splice(row, lines.length, '');
    else if (!token.startsWith('\u001b')) lines[row] = token;
  }
  return lines;
}

test('an area is drawn over itself, also when it shrinks, and lines above it stay', () => {
  const { terminal: tty, text } = captured(true);
  {
    using area = liveArea(tty);
    area.show(['one', 'two', 'three']);
    area.above(['told']);
    area.show(['four']);
  }
  expect(screen(text())).toEqual(['told', 'four', '']);
  expect(text().endsWith('\u001b[?25h')).toBe(true);
});

test('a line is cut to the terminal: one that wrapped would break the drawing', () => {
  const { terminal: tty, text } = captured(true, 10);
  using area = liveArea(tty);
  area.show(['0123456789abc']);
  expect(screen(text())[0]).toBe('01234567…');
});

test('a pipe sees no escape sequences and each state of a job once', async () => {
  const { terminal: pipe, text } = captured(false);
  const states = ['CREATED', 'RUNNING', 'RUNNING', 'COMPLETED'];
  await followJobs(pipe, {
    read: async () => [job(states.shift() ?? 'COMPLETED')],
    isDone: (jobs) => jobs.every(hasEnded),
    label: () => 'files',
    signal: new AbortController().signal,
  });
  expect(text()).toBe(
    '  backup of files: CREATED, 1.0 KiB\n  backup of files: RUNNING, 1.0 KiB\n  backup of files: COMPLETED, 1.0 KiB\n',
  );
});

test('on a terminal the last drawing stays', async () => {
  const { terminal: tty, text } = captured(true, 90);
  await followJobs(tty, {
    read: async () => [{ ...job('FAILED'), message: 'no space left' }],
    isDone: () => true,
    label: () => 'files',
    signal: new AbortController().signal,
  });
  expect(screen(text())[0]).toMatch(/^ {2}backup {2}files {2}[█░]+ FAILED +1\.0 KiB: no space left$/);
});

function job(state: string): JobRow {
  return {
    kind: 'backup',
    id: 'j',
    accountId: '1',
    state,
    resource: 'r',
    resourceArn: undefined,
    vault: 'v',
    percentDone: 50,
    sizeBytes: 1024,
    createdAt: 0,
    completedAt: undefined,
    message: undefined,
    recoveryPointArn: undefined,
  };
}
