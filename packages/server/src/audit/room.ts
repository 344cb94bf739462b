/**
 * The rooms of the record of events. `audit`, once a second: writes what was gathered, makes records of what services
 * did by themselves, seals all that waits. `audit-days`: partitions ahead, indices behind, the end of old days.
 */
import { MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import type { Room } from '../background.ts';
import { isAnythingPending } from '../store/audit-chain.ts';
import { dropOldestDay, indexPastDays, makePartitionsAhead } from './ageing.ts';
import { type ChainParts, sealNext } from './chain.ts';
import type { Recorder } from './recorder.ts';
import { dayOf } from './seal.ts';

/** As long as what was gathered waits at most. */
const INTERVAL_MS = SECOND_MS;

export function auditRoom(parts: ChainParts, recorder: Recorder): Room {
  return {
    name: 'audit',
    intervalMs: INTERVAL_MS,
    tick: async () => {
      await recorder.flush();
      const more = (await isAnythingPending(parts.db)) && (await sealNext(parts, []));
      await parts.anchor.write();
      return more;
    },
  };
}

/** @param retentionDays how long records are kept */
export function auditDaysRoom(parts: ChainParts, retentionDays: number): Room {
  let indexedOn: string | undefined;
  return {
    name: 'audit-days',
    intervalMs: MINUTE_MS,
    tick: async () => {
      const today = dayOf(parts.clock.now());
      await makePartitionsAhead(parts);
      if (await dropOldestDay(parts, retentionDays)) return true;
      if (indexedOn !== today) await indexPastDays(parts);
      indexedOn = today;
      return false;
    },
  };
}
