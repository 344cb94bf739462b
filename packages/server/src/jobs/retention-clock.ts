/**
 * Whether the clock may be believed when it says that recovery points are too old.
 *
 * A host with a flat battery or a wrong time server starts in another decade, and all points would go at once. So a
 * clock that is suddenly far ahead of the last look holds what goes for its age for a day of running: time to be set
 * right, after which nothing has happened, or to be seen. A server that was down for so long waits that day as well.
 * Deletions that somebody asked for are not held.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '@holdfast/kernel';
import { lockRetentionClock, type RetentionClock, setRetentionClock } from '../store/retention-clock.ts';
import type { JobParts } from './parts.ts';

/** Between two looks; further ahead, or back, is a jump. */
const JUMP_MS = 30 * DAY_MS;
const HOLD_MS = DAY_MS;
/** The look is written down no more often. */
const WRITE_EVERY_MS = MINUTE_MS;

/** @returns whether points may be retired at `now` */
export async function mayRetire({ db, log }: JobParts, now: Instant): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const before = await lockRetentionClock(tx);
    const after = looked(before, now);
    if (!before || isWorthWriting(before, after)) await setRetentionClock(tx, after);
    if (after.heldUntil !== undefined && before?.heldUntil === undefined) {
      const aheadDays = Math.round((now - (before?.seenAt ?? now)) / DAY_MS);
      log.error('vault.retention-held', { aheadDays, until: after.heldUntil, advice: "Check the host's clock." });
    }
    return after.heldUntil === undefined;
  });
}

function isWorthWriting(before: RetentionClock, after: RetentionClock): boolean {
  const passedMs = after.seenAt - before.seenAt;
  return after.heldUntil !== before.heldUntil || passedMs >= WRITE_EVERY_MS || passedMs < 0;
}

/** Pure: what is known after a look at `now`. */
function looked(before: RetentionClock | undefined, now: Instant): RetentionClock {
  if (!before) return { seenAt: now, heldUntil: undefined };
  if (now - before.seenAt > JUMP_MS) return { seenAt: now, heldUntil: now + HOLD_MS };
  // Set right: the time that was held for never came.
  if (before.seenAt - now > JUMP_MS) return { seenAt: now, heldUntil: undefined };
  const stillHeld = before.heldUntil !== undefined && now < before.heldUntil;
  return { seenAt: Math.max(now, before.seenAt), heldUntil: stillHeld ? before.heldUntil : undefined };
}
