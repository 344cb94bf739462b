/**
 * A verified request's way through the server: its operation is found, the caller authorized, the handler run, all in
 * one transaction that is tried again when the database says that two of them collided.
 *
 * Not here: protocols and signatures (wire), who may do what (authorization), what each operation does (its file).
 */

import { parseArn, unreachable } from '@holdfast/kernel';
import type { Invocation, Invoke, Service } from '@holdfast/wire';
import type { Ending } from '../audit/audit.ts';
import type { ConditionContext, Question } from '../authorization/authorizer.ts';
import type { Caller } from '../authorization/caller.ts';
import { sleep, type Wakeable } from '../background.ts';
import type { Installation } from '../installation.ts';
import { refusal } from './access-denied.ts';
import type { Call, EffectfulCall, Operation, ReadCall } from './operation.ts';
import { refuseBeyondOwnSession } from './own-session.ts';
import { requestContext } from './request-context.ts';

/** First part of an action's name, where it is not the signing name. */
const ACTION_PREFIX: Readonly<Record<string, string>> = { cloudcontrolapi: 'cloudformation' };

const ACCOUNT_ID = /^\d{12}$/;
const ATTEMPTS_MAX = 5;
/** Pause before another attempt: the n-th is up to n times this long, at random, so that two do not meet again. */
const RETRY_PAUSE_MS = 20;
/**
 * What PostgreSQL says when two transactions were in each other's way: serialization failure, deadlock, and rows that
 * another one made or removed since this one looked; or a partition of the day that was made while a record was on its
 * way to the default one (23514). The next attempt looks again and then answers what AWS would.
 */
const COLLISIONS: ReadonlySet<unknown> = new Set(['40001', '40P01', '23505', '23503', '23514']);

export type ServiceOfOperations = Service<Operation>;

export function dispatcher(installation: Installation, services: readonly ServiceOfOperations[]): Invoke<Caller> {
  const byName = new Map(services.map((service) => [service.name, service.handlers]));
  return async (invocation) => {
    const operation = byName.get(invocation.service)?.get(invocation.operation);
    if (!operation) throw new Error(`Bug: ${invocation.service}:${invocation.operation} came without a handler`);
    return carryOut(installation, operation, invocation);
  };
}

async function carryOut(
  installation: Installation,
  operation: Operation,
  invocation: Invocation<Caller>,
): Promise<unknown> {
  const { run } = operation;
  switch (run.kind) {
    case 'reads':
      return reading(installation, operation, run, invocation);
    case 'transaction':
      return inTransaction(installation, operation, run, invocation);
    case 'effects':
      return withEffects(installation, operation, run, invocation);
    case 'unsigned':
      throw new Error(`Bug: ${invocation.service}:${operation.name} is for dispatch-unsigned`);
    default:
      return unreachable(run);
  }
}

type Run<Kind extends Operation['run']['kind']> = Extract<Operation['run'], { readonly kind: Kind }>;

/** Nothing to commit, nothing to begin: two round trips less. */
async function reading(
  installation: Installation,
  operation: Operation,
  run: Run<'reads'>,
  invocation: Invocation<Caller>,
): Promise<unknown> {
  installation.audit.admit();
  const call: ReadCall = { ...callOf(installation, invocation, new Set()), db: installation.db };
  const questions = await authorize(operation, call, invocation);
  const output = await run.handle(inputOf(invocation), { ...call, questions });
  installation.audit.gather(invocation, { asked: askedAbout(questions), output });
  return output;
}

async function withEffects(
  installation: Installation,
  operation: Operation,
  run: Run<'effects'>,
  invocation: Invocation<Caller>,
): Promise<unknown> {
  const wakes = new Set<Wakeable>();
  const call: EffectfulCall = { ...callOf(installation, invocation, wakes), db: installation.db };
  const questions = await authorize(operation, call, invocation);
  const record = (ending: Omit<Ending, 'asked'>): Promise<void> =>
    installation.audit.recordEffect(invocation, { asked: askedAbout(questions), ...ending });
  try {
    const output = await run.handle(inputOf(invocation), { ...call, questions }).catch(async (error: unknown) => {
      await record({ error: error instanceof Error ? error : new Error('unknown', { cause: error }) });
      throw error;
    });
    await record({ output });
    return output;
  } finally {
    // It may have committed something before it failed.
    wake(installation, wakes);
  }
}

async function inTransaction(
  installation: Installation,
  operation: Operation,
  run: Run<'transaction'>,
  invocation: Invocation<Caller>,
): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const wakes = new Set<Wakeable>();
    let refused: Error | undefined;
    try {
      const output = await installation.db.transaction().execute(async (tx) => {
        const call: Call = {
          ...callOf(installation, attempt === 1 ? invocation : looksAgain(invocation), wakes),
          db: tx,
          tx,
          refuseAfterCommit: (error) => {
            refused = error;
          },
        };
        const questions = await authorize(operation, call, invocation);
        const answer = await run.handle(inputOf(invocation), { ...call, questions });
        const asked = askedAbout(questions);
        await installation.audit.recordChange(tx, invocation, {
          asked,
          output: answer,
          ...(refused && { error: refused }),
        });
        return answer;
      });
      wake(installation, wakes);
      if (refused) throw refused;
      return output;
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !collided(error)) throw error;
      installation.log.info('request.collided', { operation: operation.name, attempt });
      await sleep(pauseMs(installation, attempt));
    }
  }
}

function askedAbout(questions: readonly Question[]): string[] {
  return questions.map(({ resource }) => resource);
}

/** Another attempt sees the caller's standing as it is by now. */
function looksAgain(invocation: Invocation<Caller>): Invocation<Caller> {
  const { standing: _then, ...identity } = invocation.identity;
  return { ...invocation, identity };
}

function pauseMs({ random }: Installation, attempt: number): number {
  return ((random.bytes(1)[0] ?? 0) / 256) * attempt * RETRY_PAUSE_MS;
}

/**
 * The wire layer has checked the input against the operation's schema; its type is lost on the way through the table.
 */
function inputOf(invocation: Invocation<Caller>): never {
  return invocation.input as never;
}

function callOf(
  installation: Installation,
  invocation: Invocation<Caller>,
  wakes: Set<Wakeable>,
): Omit<ReadCall, 'db'> {
  const { identity: caller, region, requestId } = invocation;
  return {
    installation,
    caller,
    accountId: caller.accountId,
    region,
    now: installation.clock.now(),
    requestId,
    requestContext: requestContext(invocation),
    wakeAfterCommit: (what) => wakes.add(what),
  };
}

/**
 * Returns what was asked.
 * @throws AccessDeniedException unless the caller may do it to every resource that the operation names
 */
async function authorize(
  operation: Operation,
  call: ReadCall,
  invocation: Invocation<Caller>,
): Promise<readonly Question[]> {
  refuseBeyondOwnSession(invocation);
  const { resources, conditions, tags } = await operation.authorization(inputOf(invocation), call);
  if (resources.length === 0) return [];
  const { db, installation } = call;
  const { authorizer } = installation;
  // Tags of what another account owns decide nothing: by a policy of its own, the caller would learn them.
  const looks = tags && !resources.some((arn) => isForeign(arn, call.accountId));
  const ofResources = looks && (await authorizer.looksAtTags(db, call.caller)) ? await tags() : {};
  const context: ConditionContext = { ...ofResources, ...conditions, ...call.requestContext };
  const action = `${ACTION_PREFIX[invocation.service] ?? invocation.service}:${operation.name}`;
  const questions = resources.map((resource): Question => ({ action, resource, context }));
  for (const question of questions) {
    const decision = await authorizer.decide(db, call.caller, question);
    if (!decision.allowed) throw refusal(invocation.service, call.caller, question, decision.because);
  }
  return questions;
}

function isForeign(arn: string, accountId: string): boolean {
  const owner = parseArn(arn)?.accountId ?? '';
  return ACCOUNT_ID.test(owner) && owner !== accountId;
}

function wake(installation: Installation, wakes: ReadonlySet<Wakeable>): void {
  for (const what of wakes) installation.wake(what);
}

function collided(error: unknown): boolean {
  return error instanceof Error && 'code' in error && COLLISIONS.has(error.code);
}
