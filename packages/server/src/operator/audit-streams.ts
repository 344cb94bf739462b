/**
 * The record of events for the operator, line by line: all accounts of the installation, in constant memory.
 *
 * Not here: what a line looks like to people (the CLI), what an account may read of its own (services/cloudtrail).
 */
import type { Instant } from '@holdfast/kernel';
import { readMark } from '../audit/anchor.ts';
import { readEntries, sealsUnder } from '../audit/seal.ts';
import { verify } from '../audit/verify.ts';
import { sleep } from '../background.ts';
import type { Installation } from '../installation.ts';
import { blocksAfter, lastBlock } from '../store/audit-chain.ts';
import { type AuditRow, findRecords, newestRecords, readRecords } from '../store/audit-records.ts';
import { OperatorError } from './operator-error.ts';

const RECORDS_AT_ONCE = 1_000;
const BLOCKS_AT_ONCE = 20;
const LOOK_EVERY_MS = 500;
const LINES_MAX = 10_000;

/** JSON texts without line breaks. The last one is `{"end":true}`: what ends otherwise was cut off. */
export type Lines = AsyncIterable<string>;
export type Stream = (query: URLSearchParams, signal: AbortSignal) => Lines;
type Parts = Pick<Installation, 'db' | 'sealer'>;

export function auditStreams(parts: Parts, auditMark: string): ReadonlyMap<string, Stream> {
  return new Map<string, Stream>([
    ['GET /audit/export', (query) => ended(exported(parts, query))],
    ['GET /audit/tail', (query, signal) => ended(followed(parts, query, signal))],
    ['GET /audit/verify', () => ended(verified(parts, auditMark))],
  ]);
}

async function* ended(lines: Lines): Lines {
  yield* lines;
  yield '{"end":true}';
}

async function* exported({ db }: Parts, query: URLSearchParams): Lines {
  const range = {
    from: instantOf(query, 'from') ?? 0,
    to: instantOf(query, 'to') ?? Number.MAX_SAFE_INTEGER,
    accountId: query.get('account') ?? undefined,
  };
  let after: Pick<AuditRow, 'event_at' | 'id'> | undefined;
  for (;;) {
    const rows = await readRecords(db, range, after, RECORDS_AT_ONCE);
    for (const { record } of rows) yield record;
    after = rows.at(-1);
    if (rows.length < RECORDS_AT_ONCE) return;
  }
}

/** The newest first of all, then what is sealed from now on, in the order of the chain. */
async function* followed({ db }: Parts, query: URLSearchParams, signal: AbortSignal): Lines {
  const filter = { accountId: query.get('account') ?? undefined, eventName: query.get('event-name') ?? undefined };
  const matches = (row: AuditRow): boolean =>
    (filter.accountId === undefined || row.account_id === filter.accountId) &&
    (filter.eventName === undefined || row.event_name === filter.eventName);
  let number = (await lastBlock(db))?.number ?? 0;
  const shown = await newestRecords(db, filter, linesOf(query));
  for (const { record } of shown) yield record;
  const known = new Set(shown.map(({ id }) => id));
  while (query.get('follow') === 'true' && !signal.aborted) {
    const blocks = await blocksAfter(db, number, BLOCKS_AT_ONCE);
    for (const { entries } of blocks) {
      for (const row of await inOrder(db, readEntries(entries))) {
        if (matches(row) && !known.delete(row.id)) yield row.record;
      }
    }
    number = blocks.at(-1)?.number ?? number;
    if (blocks.length === 0) await sleep(LOOK_EVERY_MS, signal);
  }
}

async function inOrder(db: Parts['db'], entries: ReturnType<typeof readEntries>): Promise<AuditRow[]> {
  const rows = new Map((await findRecords(db, entries)).map((row) => [row.id, row]));
  return entries.flatMap(({ id }) => rows.get(id) ?? []);
}

async function* verified({ db, sealer }: Parts, auditMark: string): Lines {
  // The mark first: what is sealed while the database is looked at is behind it.
  const mark = readMark(auditMark);
  for await (const finding of verify({ db, seals: sealsUnder(sealer), mark })) yield JSON.stringify(finding);
}

function instantOf(query: URLSearchParams, name: string): Instant | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const at = Number(text);
  if (Number.isSafeInteger(at)) return at;
  throw new OperatorError(`"${name}" is not a number of milliseconds since 1970.`, { httpStatus: 400 });
}

function linesOf(query: URLSearchParams): number {
  const lines = Number(query.get('lines') ?? 10);
  if (Number.isInteger(lines) && lines >= 0 && lines <= LINES_MAX) return lines;
  throw new OperatorError(`"lines" is not a number from 0 to ${LINES_MAX}.`, { httpStatus: 400 });
}
