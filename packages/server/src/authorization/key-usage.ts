/**
 * When each access key and each role was last used, kept in memory and written in one statement now and then: a request
 * costs no write. What a crash loses is at most one interval of it.
 */
import type { Instant } from '@holdfast/kernel';
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import { type KeyUse, recordKeyUses } from '../store/identity-keys.ts';
import { type RoleUse, recordRoleUses } from '../store/identity-roles.ts';
import { deleteSessionsExpiredBefore } from '../store/identity-sessions.ts';
import { type Caller, principalIdOf } from './caller.ts';

const FLUSH_MS = 10_000;
/** Expired sessions are remembered for a day: their keys are answered `expired`, not `unknown`. */
const REMEMBERED_MS = 86_400_000;
const SESSIONS_AT_ONCE = 1_000;

export class KeyUsage {
  readonly #keys = new Map<string, KeyUse>();
  readonly #roles = new Map<string, RoleUse>();

  note(caller: Caller, at: Instant, service: string, region: string): void {
    const { accessKeyId: id } = caller;
    if (id.startsWith('AKIA')) this.#keys.set(id, { id, at, service, region });
    if (caller.kind !== 'session') return;
    const roleId = principalIdOf(caller);
    this.#roles.set(roleId, { id: roleId, at, region });
  }

  /** Those noted since the last call. */
  take(): { readonly keys: readonly KeyUse[]; readonly roles: readonly RoleUse[] } {
    const uses = { keys: [...this.#keys.values()], roles: [...this.#roles.values()] };
    this.#keys.clear();
    this.#roles.clear();
    return uses;
  }
}

/** Writes the uses and removes sessions that expired long ago. */
export function identityRoom({ db, clock }: Pick<Installation, 'db' | 'clock'>, usage: KeyUsage): Room {
  return {
    name: 'identity',
    intervalMs: FLUSH_MS,
    tick: async () => {
      const { keys, roles } = usage.take();
      await recordKeyUses(db, keys);
      await recordRoleUses(db, roles);
      const removed = await deleteSessionsExpiredBefore(db, clock.now() - REMEMBERED_MS, SESSIONS_AT_ONCE);
      return removed === SESSIONS_AT_ONCE;
    },
  };
}
