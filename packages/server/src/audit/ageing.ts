/**
 * Partitions ahead of time, indices behind it, and the end of days that are older than the operator keeps them.
 *
 * A day goes whole: its partition and its part of the chain, of which only the closing head stays, so that the chain
 * goes on from there. A clock that jumped ahead is not believed (store/retention-clock.ts, which the room `jobs`
 * keeps).
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import { agedOutDays, dropDay, endUpTo, lastBlock, lockChain, oldestDay, recordsOfDay } from '../store/audit-chain.ts';
import {
  deleteUnpartitioned,
  dropPartition,
  indexPartition,
  makePartition,
  partitionedDays,
} from '../store/audit-partitions.ts';
import { retentionClock } from '../store/retention-clock.ts';
import type { ChainParts } from './chain.ts';
import { dayAfter, dayOf, startOfDay } from './seal.ts';

const DAYS_AHEAD = 2;
/** Between what the retention clock has seen and now; further ahead is a jump that nobody has looked at yet. */
const UNSEEN_MAX_MS = 30 * DAY_MS;

export async function makePartitionsAhead({ db, clock }: ChainParts): Promise<void> {
  const known = new Set(await partitionedDays(db));
  let day = dayOf(clock.now());
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const next = dayAfter(day);
    if (!known.has(day)) await makePartition(db, day, startOfDay(day), startOfDay(next));
    day = next;
  }
}

/** The day that ended last; those before it were indexed when they ended, or are when the server is started anew. */
export async function indexPastDays({ db, clock }: ChainParts): Promise<void> {
  const today = dayOf(clock.now());
  for (const day of await partitionedDays(db)) if (day < today) await indexPartition(db, day);
}

/** Lets one day go. True: there may be more. */
export async function dropOldestDay(parts: ChainParts, retentionDays: number): Promise<boolean> {
  const { db, clock, log, seals } = parts;
  const now = clock.now();
  const horizon = dayOf(now - retentionDays * DAY_MS);
  const [partition] = await partitionedDays(db);
  const day = [await oldestDay(db), partition].filter((known) => known !== undefined).toSorted()[0];
  if (day === undefined || day >= horizon || !(await isClockBelieved(parts, now))) return false;
  const dropped = await db.transaction().execute(async (tx) => {
    await lockChain(tx);
    const last = await lastBlock(tx);
    // The chain keeps its end, whatever its age: the next block follows it.
    if (last !== undefined && last.day <= day) return false;
    const end = await endUpTo(tx, day);
    const before = (await agedOutDays(tx)).at(-1);
    const { number, head } = end ?? before ?? { number: 0, head: seals.genesis };
    const note = { day, number, head, record_count: await recordsOfDay(tx, day), aged_out_at: now };
    await dropDay(tx, { ...note, mac: seals.macOfDay(note) });
    if (partition === day) await dropPartition(tx, day);
    await deleteUnpartitioned(tx, startOfDay(dayAfter(day)));
    return true;
  });
  if (dropped) log.info('audit.day-dropped', { day });
  return dropped;
}

async function isClockBelieved({ db }: ChainParts, now: Instant): Promise<boolean> {
  const seen = await retentionClock(db);
  if (!seen || now - seen.seenAt > UNSEEN_MAX_MS) return false;
  return seen.heldUntil === undefined || seen.heldUntil <= now;
}
