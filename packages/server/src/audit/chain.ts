/**
 * Writing into the chain: records that were gathered, facts that were noted and records that wait are sealed together,
 * as one block, in one transaction. Whoever writes changes does not wait for it.
 *
 * Not here: what is gathered (recorder.ts), how often (room.ts), what a head is made of (seal.ts).
 */
import type { Clock, Instant, Logger, Random } from '@holdfast/kernel';
import {
  agedOutDays,
  type Block,
  type BlockHead,
  headOf,
  insertBlock,
  lastBlock,
  lockChain,
  takePending,
} from '../store/audit-chain.ts';
import { takeFacts } from '../store/audit-facts.ts';
import { type AuditRow, insertRecords } from '../store/audit-records.ts';
import type { Database, Tx } from '../store/database.ts';
import type { Anchor } from './anchor.ts';
import { rowsOf } from './record.ts';
import { dayOf, type Entry, type Seals, writeEntries } from './seal.ts';
import { serviceEventOf } from './service-events.ts';

const PENDING_AT_ONCE = 2_000;
const FACTS_AT_ONCE = 500;

export interface ChainParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly db: Database;
  readonly seals: Seals;
  readonly anchor: Anchor;
}

/** Writes `gathered` and seals all that waits, up to a limit. True: there may be more. */
export async function sealNext(parts: ChainParts, gathered: readonly AuditRow[]): Promise<boolean> {
  const sealed = await parts.db.transaction().execute(async (tx) => {
    await lockChain(tx);
    const facts = await takeFacts(tx, FACTS_AT_ONCE);
    const told = facts.flatMap((fact) => rowsOf(serviceEventOf(fact, parts.clock.now()), parts.random));
    const rows = [...gathered, ...told.map((row) => ({ ...row, mac: parts.seals.macOf(row) }))];
    await insertRecords(tx, rows);
    const pending = await takePending(tx, PENDING_AT_ONCE);
    const more = facts.length === FACTS_AT_ONCE || pending.length === PENDING_AT_ONCE;
    const entries: readonly Entry[] = [...pending, ...rows];
    if (entries.length === 0) return undefined;
    return { more, ...(await append(tx, parts, entries, parts.clock.now())) };
  });
  if (!sealed) return false;
  await moveAnchor(parts, sealed);
  return sealed.more;
}

interface Appended {
  /** Undefined: the first of all. */
  readonly before: BlockHead | undefined;
  readonly block: Block;
}

async function append(tx: Tx, { seals }: ChainParts, entries: readonly Entry[], now: Instant): Promise<Appended> {
  const before = await lastBlock(tx);
  const today = dayOf(now);
  // A clock that was set back does not begin a day that is over.
  const day = before !== undefined && before.day > today ? before.day : today;
  const goesOn = before?.day === day;
  const content = {
    number: (before?.number ?? 0) + 1,
    day,
    first_sequence: goesOn ? before.first_sequence + before.record_count : 1,
    record_count: entries.length,
    entries: writeEntries(entries),
  };
  const block = { ...content, head: seals.headAfter(before?.head ?? seals.genesis, content) };
  await insertBlock(tx, block);
  return { before, block };
}

/** Moves the mark from the end that it was at, or from any earlier place of the same chain. */
async function moveAnchor({ anchor, db, log }: ChainParts, { before, block }: Appended): Promise<void> {
  if (anchor.isLost) return;
  const { mark } = anchor;
  if (mark && !(before?.number === mark.number && before.head.toString('hex') === mark.head)) {
    const head = await headOf(db, mark.number);
    const isGone = head === undefined && (await agedOutDays(db)).some(({ number }) => number >= mark.number);
    if (!isGone && head?.toString('hex') !== mark.head) {
      log.error('audit.chain-lacks-its-mark', { block: mark.number, day: mark.day, advice: 'holdfast audit verify' });
      return anchor.lose();
    }
  }
  anchor.moveTo(block);
}
