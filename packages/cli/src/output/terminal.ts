/**
 * Where a command prints: text for people, JSON for programs, an area that is drawn anew while something goes on.
 *
 * A pipe or file never sees escape sequences: there, live areas print one plain line whenever something has changed.
 */
import type { Colours } from './colour.ts';
import { COLOURED, PLAIN } from './colour.ts';

export interface Terminal {
  readonly colours: Colours;
  /** Columns, or undefined where the output is no terminal. */
  readonly width: number | undefined;
  /** True: lines can be drawn over. */
  readonly isLive: boolean;
  line(text?: string): void;
  lines(texts: readonly string[]): void;
  json(value: unknown): void;
  /** To the error output. */
  warn(text: string): void;
  /** As is, for escape sequences of live areas. */
  write(text: string): void;
}

/** The part of a stream that is used. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function terminal(
  out: OutputStream,
  err: OutputStream,
  { noColour, dumb }: { readonly noColour: boolean; readonly dumb: boolean },
): Terminal {
  const isTerminal = out.isTTY === true;
  return {
    colours: isTerminal && !noColour ? COLOURED : PLAIN,
    get width() {
      return isTerminal ? (out.columns ?? 80) : undefined;
    },
    isLive: isTerminal && !dumb,
    line: (text = '') => void out.write(`${text}\n`),
    lines: (texts) => void out.write(texts.map((text) => `${text}\n`).join('')),
    json: (value) => void out.write(`${JSON.stringify(value, null, 2)}\n`),
    warn: (text) => void err.write(`${text}\n`),
    write: (text) => void out.write(text),
  };
}
