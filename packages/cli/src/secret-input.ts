/**
 * A secret from whoever runs the command: typed without echo on a terminal, or the first line of a pipe.
 *
 * Secrets never stand in arguments: every process on the machine can read those.
 */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';

export async function readSecret(
  question: string,
  input: NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>,
  prompt: { write(text: string): unknown },
): Promise<string> {
  const isTerminal = input.isTTY === true;
  if (isTerminal) prompt.write(question);
  // readline would echo what is typed to its output; this one shows nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: isTerminal });
  try {
    for await (const line of reader) return line;
    return '';
  } finally {
    reader.close();
    if (isTerminal) prompt.write('\n');
  }
}
