/**
 * What keeps the record of events, as dispatcher, endpoint and rooms see it. The recorder behind it is made in
 * server.ts.
 */
import type { Invocation, Refusal } from '@holdfast/wire';
import type { Caller } from '../authorization/caller.ts';
import type { Tx } from '../store/database.ts';

/** How an operation ended. */
export interface Ending {
  /** ARNs that the caller was asked about. */
  readonly asked: readonly string[];
  readonly output?: unknown;
  /** What the caller is told instead of an output. */
  readonly error?: Error;
}

export interface Audit {
  /**
   * To be called before an operation that only reads.
   * @throws ServiceUnavailable while so many records wait to be written that this one might be lost
   */
  admit(): void;
  /** An operation that changed nothing is done; its record is written within a second. */
  gather(invocation: Invocation<Caller>, ending: Ending): void;
  /** In the transaction of the change: both are there, or neither. */
  recordChange(tx: Tx, invocation: Invocation<Caller>, ending: Ending): Promise<void>;
  /** Resolves when the record is written: what was done outside the database is not acknowledged before. */
  recordEffect(invocation: Invocation<Caller>, ending: Ending): Promise<void>;
  /** A request was answered with an error. Its record is written within a second, unless it has one already. */
  gatherRefusal(refusal: Refusal<Caller>): void;
}
