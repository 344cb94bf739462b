/**
 * What makes the record tamper-evident: a code for each record, and a chain of blocks over these codes.
 *
 * All codes are HMACs under keys derived from the master key, which the database does not hold: whoever can write the
 * database alone can neither change a record, nor add one, nor make a chain without one. Pure.
 * Not here: when records are sealed (room.ts), how the chain is checked (verify.ts). Limits: docs/guide/audit.md.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { DAY_MS, type Instant, isoTime } from '@holdfast/kernel';
import type { Sealer } from '../secrets/sealer.ts';
import type { AgedOutDay, Block } from '../store/audit-chain.ts';
import type { AuditRow, AuditRowContent } from '../store/audit-records.ts';

/** A record's place in a block. */
export type Entry = Pick<AuditRow, 'event_at' | 'id' | 'mac'>;

const MOMENT_BYTES = 8;
const ID_BYTES = 16;
const MAC_BYTES = 32;
const ENTRY_BYTES = MOMENT_BYTES + ID_BYTES + MAC_BYTES;

export interface Seals {
  /** The code of a record: over its text and every column that it is found by. */
  macOf(row: AuditRowContent): Buffer;
  /** What the first block of all follows. */
  readonly genesis: Buffer;
  /** The head of the chain once `block` stands at its end. */
  headAfter(head: Buffer, block: Omit<Block, 'head'>): Buffer;
  /** The code of the note that a day was dropped for its age. */
  macOfDay(day: Omit<AgedOutDay, 'mac'>): Buffer;
}

export function sealsUnder(sealer: Pick<Sealer, 'deriveKey'>): Seals {
  // As key objects: made of bytes each time, the key alone would cost four times the code.
  const recordKey = createSecretKey(sealer.deriveKey('audit-record'));
  const chainKey = createSecretKey(sealer.deriveKey('audit-chain'));
  return {
    macOf: ({ record, ...columns }) =>
      createHmac('sha256', recordKey)
        .update(`${columnsText(columns)}\n${record}`)
        .digest(),
    genesis: createHmac('sha256', chainKey).update('genesis').digest(),
    headAfter: (head, { number, day, first_sequence: first, record_count: count, entries }) =>
      createHmac('sha256', chainKey)
        .update(head)
        .update(JSON.stringify(['block', number, day, first, count]))
        .update(entries)
        .digest(),
    macOfDay: ({ day, number, record_count: count, head, aged_out_at: at }) =>
      createHmac('sha256', chainKey)
        .update(JSON.stringify(['aged-out', day, number, count, at]))
        .update(head)
        .digest(),
  };
}

/** JSON without line breaks, in an order of its own: the text of the record begins behind the first one. */
function columnsText(row: Omit<AuditRowContent, 'record'>): string {
  return JSON.stringify([
    row.event_at,
    row.id,
    row.account_id,
    row.region,
    row.event_source,
    row.event_name,
    row.read_only,
    row.username,
    row.access_key_id,
    row.resource_types,
    row.resource_names,
  ]);
}

export function writeEntries(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES);
  let at = 0;
  for (const { event_at: moment, id, mac } of entries) {
    bytes.writeBigInt64BE(BigInt(moment), at);
    bytes.write(id.replaceAll('-', ''), at + MOMENT_BYTES, 'hex');
    mac.copy(bytes, at + MOMENT_BYTES + ID_BYTES);
    at += ENTRY_BYTES;
  }
  return bytes;
}

/** Of bytes that are no whole number of entries, what is whole. */
export function readEntries(bytes: Buffer): Entry[] {
  const count = Math.floor(bytes.length / ENTRY_BYTES);
  return Array.from({ length: count }, (_, place) => {
    const at = place * ENTRY_BYTES;
    const id = bytes.toString('hex', at + MOMENT_BYTES, at + MOMENT_BYTES + ID_BYTES);
    return {
      event_at: Number(bytes.readBigInt64BE(at)),
      id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      mac: bytes.subarray(at + MOMENT_BYTES + ID_BYTES, at + ENTRY_BYTES),
    };
  });
}

/** Of UTC: `2030-12-31`. */
export function dayOf(at: Instant): string {
  return isoTime(at).slice(0, 10);
}

/** The first moment of a day. */
export function startOfDay(day: string): Instant {
  return Date.parse(`${day}T00:00:00.000Z`);
}

export function dayAfter(day: string): string {
  return dayOf(startOfDay(day) + DAY_MS);
}
