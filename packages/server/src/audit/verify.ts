/**
 * Checks the record from its first day that is there to its end: every record against its code, every block against the
 * chain, the ends against the notes of days that are gone and the mark beside the master key.
 *
 * One reader's view of the database (repeatable read), in pieces: memory does not grow with the record.
 * Not here: how it is shown (the CLI). What it cannot find: docs/guide/audit.md.
 */
import { DAY_MS, isoTime } from '@holdfast/kernel';
import {
  type AgedOutDay,
  agedOutDays,
  type Block,
  blocksAfter,
  countRecords,
  daysWithRecords,
  headOf,
  pendingAfter,
  strangers,
} from '../store/audit-chain.ts';
import { type AuditRow, findRecords } from '../store/audit-records.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { Mark } from './anchor.ts';
import { dayAfter, dayOf, type Entry, readEntries, type Seals, startOfDay } from './seal.ts';

const BLOCKS_AT_ONCE = 20;
const RECORDS_AT_ONCE = 2_000;
/** Of records that nobody wrote, named by day; a day with more is bad enough. */
const STRANGERS_MAX = 100;

export type Finding =
  /** Something that is not as it was sealed. `sequence`: its place in the chain of `day`, from 1. */
  | { readonly kind: 'problem'; readonly day: string; readonly sequence?: number; readonly what: string }
  | { readonly kind: 'day'; readonly day: string; readonly records: number; readonly problems: number }
  | { readonly kind: 'aged-out'; readonly days: number; readonly upTo: string }
  | { readonly kind: 'end'; readonly records: number; readonly unsealed: number; readonly problems: number };

export interface VerifyParts {
  readonly db: Database;
  readonly seals: Seals;
  /** As it was before the database is looked at. */
  readonly mark: Mark | undefined;
}

export async function* verify({ db, seals, mark }: VerifyParts): AsyncGenerator<Finding> {
  const trx = await db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute();
  try {
    yield* new Check(trx, seals).run(mark);
  } finally {
    await trx.rollback().execute();
  }
}

class Check {
  readonly #db: Queryable;
  readonly #seals: Seals;
  /** Records that should be there, by the first moment of their day. */
  readonly #expected = new Map<number, number>();
  #problems = 0;
  #records = 0;
  #unsealed = 0;
  /** Records from before it were dropped with their days. */
  #horizon = 0;

  constructor(db: Queryable, seals: Seals) {
    this.#db = db;
    this.#seals = seals;
  }

  async *run(mark: Mark | undefined): AsyncGenerator<Finding> {
    const gone = await agedOutDays(this.#db);
    yield* this.#agedOut(gone);
    yield* this.#chain(gone.at(-1));
    yield* this.#pending();
    yield* this.#strangers();
    yield* this.#end(mark, gone.at(-1));
    yield { kind: 'end', records: this.#records, unsealed: this.#unsealed, problems: this.#problems };
  }

  *#agedOut(days: readonly AgedOutDay[]): Generator<Finding> {
    for (const day of days) {
      if (!this.#seals.macOfDay(day).equals(day.mac)) {
        yield this.#problem(day.day, 'the note that the day was dropped for its age was not made by a server');
      }
      this.#horizon = Math.max(this.#horizon, startOfDay(dayAfter(day.day)));
    }
    const last = days.at(-1);
    if (last) yield { kind: 'aged-out', days: days.length, upTo: last.day };
  }

  async *#chain(start: AgedOutDay | undefined): AsyncGenerator<Finding> {
    let head = start?.head ?? this.#seals.genesis;
    let last: Pick<Block, 'number' | 'day' | 'first_sequence' | 'record_count'> | undefined;
    let number = start?.number ?? 0;
    let inDay = { records: 0, problems: 0 };
    for (;;) {
      const blocks = await blocksAfter(this.#db, last?.number ?? number, BLOCKS_AT_ONCE);
      if (blocks.length === 0) break;
      for (const block of blocks) {
        if (last && last.day !== block.day) {
          yield { kind: 'day', day: last.day, ...inDay };
          inDay = { records: 0, problems: 0 };
        }
        const before = this.#problems;
        yield* this.#blockInChain(block, { number, head, last });
        yield* this.#recordsOf(block);
        inDay = { records: inDay.records + block.record_count, problems: inDay.problems + this.#problems - before };
        ({ number, head } = block);
        last = block;
      }
    }
    if (last) yield { kind: 'day', day: last.day, ...inDay };
  }

  *#blockInChain(
    block: Block,
    before: { number: number; head: Buffer; last: Pick<Block, 'day' | 'first_sequence' | 'record_count'> | undefined },
  ): Generator<Finding> {
    const { day, first_sequence: first } = block;
    const { last } = before;
    const next = last?.day === day ? last.first_sequence + last.record_count : 1;
    if (first > next || block.number !== before.number + 1) {
      const missing =
        first > next ? `records ${next} to ${first - 1} and the blocks that held them` : 'blocks before it';
      yield this.#problem(day, `removed: ${missing}`, next);
      return;
    }
    const intact = this.#seals.headAfter(before.head, block).equals(block.head);
    if (intact && first === next) return;
    const place = `the block of records ${first} to ${first + block.record_count - 1}`;
    yield this.#problem(day, `changed, or its records reordered, removed or added to: ${place}`, first);
  }

  async *#recordsOf({ day, first_sequence: first, entries: bytes }: Block): AsyncGenerator<Finding> {
    const entries = readEntries(bytes);
    this.#records += entries.length;
    for (let start = 0; start < entries.length; start += RECORDS_AT_ONCE) {
      const some = entries.slice(start, start + RECORDS_AT_ONCE);
      const problems = await this.#compared(some);
      for (const [place, what] of problems) yield this.#problem(day, what, first + start + place);
    }
  }

  /** What is wrong with records, by their place. */
  async #compared(entries: readonly Entry[]): Promise<[number, string][]> {
    const records = new Map<string, AuditRow>();
    for (const record of await findRecords(this.#db, entries)) records.set(`${record.event_at} ${record.id}`, record);
    return entries.flatMap(({ event_at: at, id, mac }, place): [number, string][] => {
      const record = records.get(`${at} ${id}`);
      if (!record) return at < this.#horizon ? [] : [[place, `removed: ${told(at, id)}`]];
      this.#expect(at);
      const genuine = record.mac.equals(mac) && this.#seals.macOf(record).equals(mac);
      return genuine ? [] : [[place, `changed: ${told(at, id)}, ${record.event_name}`]];
    });
  }

  #expect(at: number): void {
    const day = at - (at % DAY_MS);
    this.#expected.set(day, (this.#expected.get(day) ?? 0) + 1);
  }

  async *#pending(): AsyncGenerator<Finding> {
    for (let position = 0; ; ) {
      const some = await pendingAfter(this.#db, position, RECORDS_AT_ONCE);
      if (some.length === 0) return;
      for (const [place, what] of await this.#compared(some)) {
        yield this.#problem(dayOf(some[place]?.event_at ?? 0), `${what}, before it was sealed`);
      }
      this.#unsealed += some.length;
      position = some.at(-1)?.position ?? 0;
    }
  }

  /** Days with more records than were sealed or wait for it. */
  async *#strangers(): AsyncGenerator<Finding> {
    for (const from of await daysWithRecords(this.#db)) {
      const to = from + DAY_MS;
      if ((await countRecords(this.#db, from, to)) <= (this.#expected.get(from) ?? 0)) continue;
      for (const { event_at: at, id } of await strangers(this.#db, from, to, STRANGERS_MAX)) {
        yield this.#problem(dayOf(at), `added by nobody: ${told(at, id)}`);
      }
    }
  }

  async *#end(mark: Mark | undefined, gone: AgedOutDay | undefined): AsyncGenerator<Finding> {
    if (!mark || (gone && mark.number <= gone.number)) return;
    const head = await headOf(this.#db, mark.number);
    if (head?.toString('hex') === mark.head) return;
    const what = head ? 'another chain than the one' : 'the chain ends before the block';
    yield this.#problem(
      mark.day,
      `${what} that this server sealed last (${mark.number}): its end was cut off or rewritten`,
    );
  }

  #problem(day: string, what: string, sequence?: number): Finding {
    this.#problems++;
    return { kind: 'problem', day, what, ...(sequence !== undefined && { sequence }) };
  }
}

function told(at: number, id: string): string {
  return `the record ${id} of ${isoTime(at)}`;
}
