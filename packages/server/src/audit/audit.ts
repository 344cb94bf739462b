/**
 * What keeps the record of events, as dispatcher, endpoint and rooms see it. The recorder behind it is made in
 * server.ts.
 */
import type { Invocation, Refusal, UnsignedInvocation } from '@holdfast/wire';
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

/** What was done by another way than a call of the API: signing in, the operator's door. */
export interface Activity {
  /** `signin`, `holdfast-operator`: what the event's source begins with. */
  readonly service: string;
  readonly name: string;
  readonly eventType: 'AwsApiCall' | 'AwsConsoleSignIn';
  /** Who reads it; undefined: the operator alone. */
  readonly accountId: string | undefined;
  readonly region: string;
  readonly userIdentity: object;
  readonly username?: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly request?: object;
  readonly response?: object;
  readonly additional?: object;
  readonly error?: { readonly code: string; readonly message: string };
  /** ARNs. */
  readonly resources?: readonly string[];
}

/** How the record is, for the operator. */
export interface AuditHealth {
  /** Records in memory, to be written. */
  readonly waiting: number;
  /** The chain does not contain what this server sealed last: its end was cut off or rewritten. */
  readonly chainIsCut: boolean;
}

export interface Audit {
  health(): AuditHealth;
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
  /** The same, of an operation that takes no signature. */
  recordUnsigned(invocation: UnsignedInvocation, region: string, output: unknown): Promise<void>;
  /** Resolves when the record is written; of what failed, when it is gathered. */
  recordActivity(activity: Activity): Promise<void>;
  /** A request was answered with an error. Its record is written within a second, unless it has one already. */
  gatherRefusal(refusal: Refusal<Caller>): void;
}
