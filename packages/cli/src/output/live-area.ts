/**
 * A few lines at the bottom of the terminal that are drawn over while something goes on.
 *
 * Where lines cannot be drawn over, `show` does nothing: the caller prints plain lines on changes instead.
 */

import type { Terminal } from './terminal.ts';
import { cut, textWidth } from './text-width.ts';

export interface LiveArea extends Disposable {
  /** Replaces what the area shows. */
  show(lines: readonly string[]): void;
  /** Prints lines above the area, which stay. */
  above(lines: readonly string[]): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_DOWN = '\u001b[J';
const up = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r` : '');

/** Disposing leaves the last lines standing and gives the cursor back. */
export function liveArea(terminal: Terminal): LiveArea {
  let shown: readonly string[] = [];
  const draw = (lines: readonly string[]): string =>
    lines.map((line) => `${fitted(line, terminal.width ?? 80)}\n`).join('');

  if (!terminal.isLive) {
    return { show: () => undefined, above: (lines) => terminal.lines(lines), [Symbol.dispose]: () => undefined };
  }
  terminal.write(HIDE_CURSOR);
  return {
    show(lines) {
      terminal.write(up(shown.length) + CLEAR_DOWN + draw(lines));
      shown = lines;
    },
    above(lines) {
      terminal.write(up(shown.length) + CLEAR_DOWN + lines.map((line) => `${line}\n`).join('') + draw(shown));
    },
    [Symbol.dispose]() {
      terminal.write(SHOW_CURSOR);
    },
  };
}

/** A line that wrapped would be two lines, and the next drawing would miss one. */
function fitted(line: string, width: number): string {
  return textWidth(line) < width ? line : cut(line, width - 1);
}
