/**
 * The recorder: makes records of calls, and writes those that nobody's transaction writes.
 *
 * Changes are recorded in their own transaction. What only read, or was refused, is gathered in memory and written in
 * batches, a second later at most; a crash loses what was gathered, never the record of a change. When writing fails,
 * the gathered wait, and beyond their limit reads are refused: better no answer than none on record. Refusals cannot be
 * refused, so those beyond the limit are counted, and the count is on record once writing goes on; so are those that
 * nobody signed well, beyond so many a second.
 * Not here: the form of a record (record.ts), sealing (room.ts).
 */
import type { Clock, Logger, Random } from '@holdfast/kernel';
import { parseArn, SECOND_MS } from '@holdfast/kernel';
import {
  AwsError,
  type Invocation,
  type Refusal,
  type Service,
  ServiceUnavailable,
  type UnsignedInvocation,
} from '@holdfast/wire';
import type { Caller } from '../authorization/caller.ts';
import { type AuditRow, accountsOfKeys, insertPendingRecord } from '../store/audit-records.ts';
import type { Database, Tx } from '../store/database.ts';
import type { Anchor } from './anchor.ts';
import type { Activity, Audit, AuditHealth, Ending } from './audit.ts';
import { drawnAhead } from './drawn-ahead.ts';
import { elementsText } from './elements.ts';
import { type AuditEvent, rowsOf } from './record.ts';
import { resourcesOf } from './resources.ts';
import type { Seals } from './seal.ts';
import { foreignIdentityOf, userIdentityOf, usernameOf } from './user-identity.ts';

/** Records in one transaction. */
const BATCH_RECORDS = 500;
/** Some 30 MB. */
const DEFAULT_GATHERED_MAX = 20_000;
/** Where requests are as large as they may be. */
const GATHERED_CHARS_MAX = 128 * 1_024 * 1_024;
/** Refusals of requests that nobody signed well: who has no key fills the disk no faster than by 3 GB a day. */
const ANONYMOUS_A_SECOND = 20;
/** Of what an unverified request calls itself. */
const CLAIM_CHARS_MAX = 128;
/** Operations that change nothing that lasts, as CloudTrail marks them. */
const READING = /^(?:Decode|Describe|Explain|Get|List|Lookup|Preview|Simulate)/;
/** They read, as CloudTrail has it, and their answers are recorded all the same. */
const SESSION_MAKING = /^(?:AssumeRole|GetSessionToken|GetFederationToken)/;

export interface RecorderParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly db: Database;
  readonly services: readonly Pick<Service, 'name' | 'api'>[];
  readonly seals: Seals;
  readonly anchor: Anchor;
  /** Writes records and seals them. */
  write(rows: readonly AuditRow[]): Promise<unknown>;
  /** Records that may wait to be written before reads are refused. */
  readonly gatheredMax?: number;
}

/** Of a refusal whose signature was not good, the account is that of the key it names, looked up when it is written. */
interface Gathered {
  readonly event: AuditEvent;
  readonly claimedKeyId?: string;
}

export class Recorder implements Audit {
  readonly #parts: RecorderParts;
  readonly #gatheredMax: number;
  readonly #gathered: Gathered[] = [];
  /** Errors that are on record already, by the transaction that they ended. */
  readonly #recorded = new WeakSet<object>();
  #writing: Promise<void> | undefined;
  #failing = false;
  #uncounted = 0;
  #gatheredChars = 0;
  #anonymous = { second: 0, count: 0 };

  constructor(parts: RecorderParts) {
    this.#parts = { ...parts, random: drawnAhead(parts.random) };
    this.#gatheredMax = parts.gatheredMax ?? DEFAULT_GATHERED_MAX;
  }

  health(): AuditHealth {
    return { waiting: this.#gathered.length, chainIsCut: this.#parts.anchor.isLost };
  }

  admit(): void {
    if (!this.#isFull()) return;
    throw new AwsError(ServiceUnavailable, 'The record of events cannot be written; nothing is answered unrecorded.');
  }

  gather(invocation: Invocation<Caller>, ending: Ending): void {
    this.#add({ event: this.#eventOf(invocation, ending) });
  }

  async recordChange(tx: Tx, invocation: Invocation<Caller>, ending: Ending): Promise<void> {
    if (ending.error) this.#recorded.add(ending.error);
    for (const row of this.#rowsOf(this.#eventOf(invocation, ending))) await insertPendingRecord(tx, row);
  }

  async recordEffect(invocation: Invocation<Caller>, ending: Ending): Promise<void> {
    if (ending.error) this.#recorded.add(ending.error);
    await this.#recordNow(this.#eventOf(invocation, ending));
  }

  async recordUnsigned(invocation: UnsignedInvocation, region: string, output: unknown): Promise<void> {
    await this.#recordNow(this.#eventOfUnsigned(invocation, region, output));
  }

  async recordActivity(activity: Activity): Promise<void> {
    const { accountId, request, response, resources = [], ...rest } = activity;
    const text = (members: object | undefined): string => (members ? JSON.stringify(members) : 'null');
    const event: AuditEvent = {
      ...rest,
      at: this.#parts.clock.now(),
      accountIds: [accountId],
      readOnly: false,
      request: text(request),
      response: text(response),
      resources: resourcesOf(resources),
    };
    if (activity.error) this.#add({ event });
    else await this.#recordNow(event);
  }

  async #recordNow(event: AuditEvent): Promise<void> {
    const { db } = this.#parts;
    try {
      const rows = this.#rowsOf(event);
      await db.transaction().execute(async (tx) => {
        for (const row of rows) await insertPendingRecord(tx, row);
      });
    } catch (error) {
      // What was done is not acknowledged now, and on record as soon as that can be.
      this.#add({ event });
      throw error;
    }
  }

  gatherRefusal(refusal: Refusal<Caller>): void {
    if (typeof refusal.error === 'object' && refusal.error !== null && this.#recorded.has(refusal.error)) return;
    const { identity, claimed } = refusal;
    if (!identity && !this.#mayRecordAnonymous()) return void this.#uncounted++;
    this.#add({
      event: this.#eventOfRefusal(refusal),
      ...(!identity && claimed && { claimedKeyId: printable(claimed.accessKeyId) }),
    });
  }

  /** Resolves when all that was gathered before the call is written. */
  async flush(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    if (this.#gathered.length === 0 && this.#uncounted === 0) return;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    this.#failing = true;
    let left = this.#gathered.length;
    // What comes meanwhile is for the next round: in a flood this one would never end.
    let uncounted = this.#uncounted;
    while (left > 0 || uncounted > 0) {
      const batch = this.#gathered.slice(0, Math.min(left, BATCH_RECORDS));
      const events = await this.#withAccounts(batch);
      if (uncounted > 0) events.push(this.#omission(uncounted));
      await this.#parts.write(events.flatMap((event) => this.#rowsOf(event)));
      this.#gathered.splice(0, batch.length);
      for (const each of batch) this.#gatheredChars -= charsOf(each);
      this.#uncounted -= uncounted;
      uncounted = 0;
      left -= batch.length;
    }
    this.#failing = false;
  }

  async #withAccounts(batch: readonly Gathered[]): Promise<AuditEvent[]> {
    const keyIds = new Set(batch.flatMap(({ claimedKeyId }) => (claimedKeyId === undefined ? [] : [claimedKeyId])));
    const accounts = await accountsOfKeys(this.#parts.db, [...keyIds]);
    return batch.map(({ event, claimedKeyId }) =>
      claimedKeyId === undefined ? event : { ...event, accountIds: [accounts.get(claimedKeyId)] },
    );
  }

  #add(gathered: Gathered): void {
    if (this.#isFull()) {
      this.#uncounted++;
      return;
    }
    this.#gathered.push(gathered);
    this.#gatheredChars += charsOf(gathered);
    // After a failure the room tries again, once a second.
    if (this.#gathered.length < BATCH_RECORDS || this.#writing || this.#failing) return;
    this.flush().catch((error: unknown) => {
      this.#parts.log.error('audit.write-failed', { waiting: this.#gathered.length, error });
    });
  }

  #isFull(): boolean {
    return this.#gathered.length >= this.#gatheredMax || this.#gatheredChars >= GATHERED_CHARS_MAX;
  }

  #mayRecordAnonymous(): boolean {
    const second = Math.floor(this.#parts.clock.now() / SECOND_MS);
    if (second !== this.#anonymous.second) this.#anonymous = { second, count: 0 };
    return ++this.#anonymous.count <= ANONYMOUS_A_SECOND;
  }

  #rowsOf(event: AuditEvent): AuditRow[] {
    const { random, seals } = this.#parts;
    return rowsOf(event, random).map((row) => ({ ...row, mac: seals.macOf(row) }));
  }

  #eventOf(invocation: Invocation<Caller>, { asked, output, error }: Ending): AuditEvent {
    const { service, operation, input, region, identity: caller, requestId, sourceIp, userAgent } = invocation;
    const shape = this.#shapeOf(service, operation);
    const makesSession = SESSION_MAKING.test(operation);
    const reads = READING.test(operation) || makesSession;
    const answered = error === undefined && (!reads || makesSession);
    return {
      at: this.#parts.clock.now(),
      accountIds: recipients(invocation, error),
      service,
      name: operation,
      region,
      readOnly: reads,
      userIdentity: userIdentityOf(caller),
      foreignIdentity: foreignIdentityOf(caller),
      username: usernameOf(caller),
      accessKeyId: caller.accessKeyId,
      sourceIp,
      userAgent,
      error: error && errorOf(error),
      request: elementsText(service, shape?.input, input),
      response: answered ? elementsText(service, shape?.output, output) : 'null',
      requestId,
      resources: resourcesOf(asked, input, answered ? output : undefined),
    };
  }

  /** Somebody whom an identity provider vouches for took a role on. */
  #eventOfUnsigned(invocation: UnsignedInvocation, region: string, output: unknown): AuditEvent {
    const { service, operation, input, requestId, sourceIp, userAgent } = invocation;
    const shape = this.#shapeOf(service, operation);
    const owner = textOf(input, 'RoleArn');
    const subject = textOf(output, 'SubjectFromWebIdentityToken');
    const provider = textOf(output, 'Provider');
    const principalId = [provider, textOf(output, 'Audience'), subject].join(':');
    return {
      at: this.#parts.clock.now(),
      accountIds: [owner === undefined ? undefined : parseArn(owner)?.accountId],
      service,
      name: operation,
      region,
      readOnly: true,
      userIdentity: { type: 'WebIdentityUser', principalId, userName: subject, identityProvider: provider },
      username: subject,
      sourceIp,
      userAgent,
      request: elementsText(service, shape?.input, input),
      response: elementsText(service, shape?.output, output),
      requestId,
      resources: resourcesOf([], input),
    };
  }

  #eventOfRefusal(refusal: Refusal<Caller>): AuditEvent {
    const { claimed, identity, input, code, message, requestId, sourceIp, userAgent } = refusal;
    const service = printable(refusal.service ?? claimed?.service ?? 'unknown');
    const name = printable(refusal.operation ?? 'Unknown');
    const accessKeyId = claimed && printable(claimed.accessKeyId);
    const unknown = { type: 'Unknown', ...(accessKeyId !== undefined && { accessKeyId }) };
    return {
      at: this.#parts.clock.now(),
      accountIds: [identity?.accountId],
      service,
      name,
      region: printable(claimed?.region ?? 'unknown'),
      readOnly: READING.test(name) || SESSION_MAKING.test(name),
      userIdentity: identity ? userIdentityOf(identity) : unknown,
      username: identity && usernameOf(identity),
      accessKeyId,
      sourceIp,
      userAgent,
      error: { code, message },
      request: elementsText(service, this.#shapeOf(service, name)?.input, input),
      response: 'null',
      requestId,
      resources: [],
    };
  }

  /** Of the record itself: so many refusals are not in it. */
  #omission(count: number): AuditEvent {
    return {
      at: this.#parts.clock.now(),
      accountIds: [undefined],
      service: 'holdfast',
      name: 'RecordsOmitted',
      region: 'unknown',
      readOnly: false,
      userIdentity: { type: 'Unknown', invokedBy: 'holdfast' },
      sourceIp: 'holdfast',
      userAgent: 'holdfast',
      request: 'null',
      response: 'null',
      resources: [],
      details: {
        omitted: count,
        reason: `More waited to be written than may, or came unsigned than ${ANONYMOUS_A_SECOND} a second.`,
      },
    };
  }

  #shapeOf(service: string, operation: string) {
    const { services } = this.#parts;
    return services
      .find(({ name }) => name === service)
      ?.api?.()
      .operations.get(operation);
  }
}

/** A role of another account is told of who took it on. */
function recipients({ service, operation, input, identity }: Invocation<Caller>, error: Error | undefined): string[] {
  const { accountId } = identity;
  if (error || service !== 'sts' || !operation.startsWith('AssumeRole')) return [accountId];
  const owner = parseArn(textOf(input, 'RoleArn') ?? '')?.accountId;
  return owner === undefined || owner === accountId ? [accountId] : [accountId, owner];
}

function textOf(members: unknown, name: string): string | undefined {
  if (typeof members !== 'object' || members === null) return undefined;
  const member: unknown = Object.entries(members).find(([key]) => key === name)?.[1];
  return typeof member === 'string' ? member : undefined;
}

function errorOf(error: Error): { code: string; message: string } {
  if (error instanceof AwsError) return { code: error.code, message: error.message };
  return { code: 'InternalFailure', message: 'The request failed because of an internal error.' };
}

function charsOf({ event: { request, response } }: Gathered): number {
  return request.length + response.length;
}

/** What a request says of itself before anybody has checked it: a name, of characters that any store keeps. */
function printable(text: string): string {
  return text.slice(0, CLAIM_CHARS_MAX).replace(/[^\x20-\x7e]/g, '?');
}
