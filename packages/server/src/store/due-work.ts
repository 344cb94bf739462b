/**
 * What waits for its time, over all aggregates: how much of each kind is due by now, and when the next becomes due.
 * For test mode, which moves the clock from one such moment to the next, and says what is left undone.
 *
 * Left out is what nobody can see: old rows that are forgotten, space of removed snapshots that is given back.
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable } from './database.ts';

export interface DueWork {
  /** By kind, in words; kinds of which nothing is due are left out. */
  readonly due: Readonly<Record<string, number>>;
  /** Undefined: nothing waits for a later moment. */
  readonly nextAt: Instant | undefined;
}

/** @param closedAccountsKeptMs after which a closed account leaves its organization */
export async function dueWork(db: Queryable, now: Instant, closedAccountsKeptMs: number): Promise<DueWork> {
  const { rows } = await sql<{ kind: string; due: number; next_at: number | null }>`
    with waiting (kind, at) as (
      select 'accounts to create', 0 from create_account_request where state = 'IN_PROGRESS'
      union all select 'accounts to close', coalesce(closed_at + ${closedAccountsKeptMs}::bigint, 0) from account_closure
      union all select 'policy changes to publish', due_at from effective_policy_change
      union all select 'effective policies to publish', 0 from effective_policy_work
      union all select 'accounts to reconcile', 0 from plan_reconcile_work
      union all select 'schedules', cursor.next_at
        from schedule_cursor as cursor join backup_plan as plan
          on (plan.account_id, plan.region, plan.id) = (cursor.account_id, cursor.region, cursor.plan_id)
        -- Those of other accounts are never run (store/schedule.ts).
        join account on account.id = cursor.account_id and account.state in ('ACTIVE', 'PENDING_ACTIVATION')
        where cursor.next_at is not null and plan.deleted_at is null
      union all select 'backup jobs', run_after from backup_job where state in ('CREATED', 'PENDING')
      union all select 'backup jobs out of time',
          case state when 'CREATED' then start_by + 1 when 'PENDING' then complete_by + 1
            else least(coalesce(lease_until, 0), complete_by) + 1 end
        from backup_job where state in ('CREATED', 'PENDING', 'RUNNING', 'ABORTING')
      union all select 'copy jobs', run_after from copy_job where state = 'CREATED'
      union all select 'copy jobs without a worker', lease_until + 1 from copy_job where state = 'RUNNING'
      union all select 'restore jobs', run_after from restore_job where status = 'PENDING'
      union all select 'restore jobs without a worker', lease_until + 1 from restore_job where status = 'RUNNING'
      union all select 'recovery points to retire', delete_at from recovery_point
        where delete_at is not null and status in ('COMPLETED', 'PARTIAL', 'EXPIRED')
      union all select 'recovery points to delete', coalesce(lease_until + 1, 0) from recovery_point
        where status = 'DELETING'
      union all select 'retention', held_until from retention_clock where held_until > ${now}
      union all select 'vaults to look through', due_at from orphan_check
      union all select 'vaults to make or remove', 0 from backup_vault where state <> 'AVAILABLE'
    )
    select kind, count(*) filter (where at <= ${now}) as due, min(at) filter (where at > ${now}) as next_at
    from waiting group by kind order by kind`.execute(db);
  const later = rows.flatMap((row) => row.next_at ?? []);
  return {
    due: Object.fromEntries(rows.filter((row) => row.due > 0).map((row) => [row.kind, row.due])),
    nextAt: later.length > 0 ? Math.min(...later) : undefined,
  };
}
