import { expect, test } from 'vitest';
import { terminal } from '../output/terminal.ts';
import { readProgress } from './read-progress.ts';

function shown(isTTY: boolean): string {
  const written: string[] = [];
  const out = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  {
    using progress = readProgress(terminal(out, out, { noColour: true, dumb: false }));
    progress.tell({ units: 1 });
    progress.tell({ accounts: 1_234 });
    progress.tell({ policies: 2, policiesKnown: 9 });
  }
  return written.join('');
}

test('a terminal sees one line that is drawn over, with all that is known', () => {
  expect(shown(true)).toContain('Reading: 1 unit, 0 accounts\n');
  expect(shown(true)).toContain('Reading: 1 unit, 1,234 accounts, policy 2 of 9\n');
});

test('a pipe sees nothing', () => {
  expect(shown(false)).toBe('');
});
