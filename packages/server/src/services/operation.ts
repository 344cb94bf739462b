/**
 * An operation of a service: its schema, which resources it touches (for authorization), and its handler.
 *
 * One operation, one transaction: `handle` runs inside it, after authorization inside the same one. Those that only
 * read are made with `readingOperation` and need none. Operations with an effect outside the database (a vault's
 * repository) are made with `operationWithEffects` and open their own transactions. Not here: wire formats (wire), who
 * may call (authorization), what each operation does (its own file).
 */
import type { Instant } from '@holdfast/kernel';
import type { ConditionContext, Question } from '../authorization/authorizer.ts';
import type { Caller } from '../authorization/caller.ts';
import type { Wakeable } from '../background.ts';
import type { Installation } from '../installation.ts';
import type { Database, Queryable, Tx } from '../store/database.ts';

interface CallOf {
  readonly installation: Installation;
  readonly caller: Caller;
  /** The caller's account: every operation acts there unless it says otherwise. */
  readonly accountId: string;
  /** Of the credential scope. */
  readonly region: string;
  readonly now: Instant;
  readonly requestId: string;
  /** Condition keys of the request itself, for operations that put further questions to the authorizer. */
  readonly requestContext?: ConditionContext;
  /**
   * What the caller's own policies were asked before the handler, and allow: services have further rules for the same.
   */
  readonly questions?: readonly Question[];
  /** Wakes a background room once the transaction has committed. */
  wakeAfterCommit(what: Wakeable): void;
}

/** What is enough to look things up, whatever kind of call it is. */
export interface ReadCall extends CallOf {
  /** Inside a transaction it is that transaction. */
  readonly db: Queryable;
}

/** A call inside its transaction. */
export interface Call extends ReadCall {
  readonly tx: Tx;
  /** The answer is this error, though what was changed is committed. */
  refuseAfterCommit(error: Error): void;
}

/** A call that opens its own transactions. */
export interface EffectfulCall extends ReadCall {
  readonly db: Database;
}

/** A call of nobody in particular: its input itself proves who asks. It opens its own transactions. */
export interface UnsignedCall {
  readonly installation: Installation;
  readonly now: Instant;
  readonly requestId: string;
  readonly requestContext: ConditionContext;
}

/** The part of an SDK operation schema that is read: `[kind, namespace, name, …]`. */
export type OperationSchema = readonly [9, string, string, ...unknown[]];

/** What a call must be allowed. */
export interface Needed {
  /**
   * ARNs that the caller must be allowed to act on; `*` where the action has none. Empty: anybody who has signed may.
   */
  readonly resources: readonly string[];
  /** Further condition keys of the request, lower case. */
  readonly conditions?: ConditionContext;
  /** Tags of the resources, as condition keys: read only for callers in whose policies tags of resources occur. */
  readonly tags?: () => Promise<ConditionContext>;
}

/** Finds out before the handler, in one go, what a call must be allowed. */
export type Authorization<Input> = (input: Input, call: ReadCall) => Needed | Promise<Needed>;

export interface Operation<Input = never, Output = unknown> {
  readonly name: string;
  readonly authorization: Authorization<Input>;
  readonly run: /** Only reads: each statement sees what is committed then, which is all that a transaction here would promise too. */
    | { readonly kind: 'reads'; handle(input: Input, call: ReadCall): Promise<Output> }
    | { readonly kind: 'transaction'; handle(input: Input, call: Call): Promise<Output> }
    | { readonly kind: 'effects'; handle(input: Input, call: EffectfulCall): Promise<Output> }
    | { readonly kind: 'unsigned'; handle(input: Input, call: UnsignedCall): Promise<Output> };
}

const anyResource = (): Needed => ({ resources: ['*'] });

export function operation<Input, Output>(
  schema: OperationSchema,
  handle: (input: Input, call: Call) => Promise<Output>,
  authorization: Authorization<Input> = anyResource,
): Operation<Input, Output> {
  return { name: schema[2], authorization, run: { kind: 'transaction', handle } };
}

/** Of an operation that neither writes nor locks anything. */
export function readingOperation<Input, Output>(
  schema: OperationSchema,
  handle: (input: Input, call: ReadCall) => Promise<Output>,
  authorization: Authorization<Input> = anyResource,
): Operation<Input, Output> {
  return { name: schema[2], authorization, run: { kind: 'reads', handle } };
}

export function operationWithEffects<Input, Output>(
  schema: OperationSchema,
  handle: (input: Input, call: EffectfulCall) => Promise<Output>,
  authorization: Authorization<Input> = anyResource,
): Operation<Input, Output> {
  return { name: schema[2], authorization, run: { kind: 'effects', handle } };
}

/** Of an operation that the service lists as taken without a signature. Its handler alone decides who may. */
export function unsignedOperation<Input, Output>(
  schema: OperationSchema,
  handle: (input: Input, call: UnsignedCall) => Promise<Output>,
): Operation<Input, Output> {
  return { name: schema[2], authorization: () => ({ resources: [] }), run: { kind: 'unsigned', handle } };
}
