/**
 * The end of the chain as this server last sealed it, kept beside the master key and outside the database: whoever puts
 * the database back to an earlier state, or cuts its end off, leaves this mark pointing at nothing.
 *
 * INVARIANT: the mark only ever moves along the chain. Once the chain does not contain it, it stays where it is, until
 * the operator, who knows why, removes the file.
 */
import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import type { Block } from '../store/audit-chain.ts';

export interface Mark {
  readonly number: number;
  readonly day: string;
  readonly head: string;
}

export class Anchor {
  readonly #file: string | undefined;
  #mark: Mark | undefined;
  #written: Mark | undefined;
  #isLost = false;

  /** @param file undefined: remembered for as long as the server runs */
  constructor(file: string | undefined) {
    this.#file = file;
    this.#mark = file === undefined ? undefined : readMark(file);
    this.#written = this.#mark;
  }

  get mark(): Mark | undefined {
    return this.#mark;
  }

  /** Whether the chain was found not to contain the mark. */
  get isLost(): boolean {
    return this.#isLost;
  }

  lose(): void {
    this.#isLost = true;
  }

  moveTo({ number, day, head }: Pick<Block, 'number' | 'day' | 'head'>): void {
    this.#mark = { number, day, head: head.toString('hex') };
  }

  /** Whole or not at all. */
  async write(): Promise<void> {
    const mark = this.#mark;
    if (this.#file === undefined || !mark || mark === this.#written) return;
    const fresh = `${this.#file}.new`;
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(mark)}\n`);
      // Else a power cut could leave the name with nothing behind it.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#file);
    this.#written = mark;
  }
}

/** Undefined: nothing was sealed yet. */
export function readMark(file: string): Mark | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const mark = parsed(text);
  if (typeof mark === 'object' && mark !== null && 'number' in mark && 'day' in mark && 'head' in mark) {
    return { number: Number(mark.number), day: String(mark.day), head: String(mark.head) };
  }
  throw new Error(
    `${file} does not hold where the record of events ends. Once you know why, remove it and start again.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
