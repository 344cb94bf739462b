/**
 * A world of one account, one plan and one database in which schedulers live and die on a clock of their own.
 *
 * The scheduler and the store are the product's; time moves only here. A crash is an error in the midst of a
 * transaction or right after it, a pause is a time without any scheduler, a step is the machine's clock set back.
 */
import {
  HOUR_MS,
  type Instant,
  type Logger,
  ManualClock,
  MINUTE_MS,
  memoryLogger,
  seededRandom,
  systemRandom,
} from '@holdfast/kernel';
import { authorizerOf } from '../packages/server/src/authorization/authorize.ts';
import type { Authorizer } from '../packages/server/src/authorization/authorizer.ts';
import { completePlan, planVersionId } from '../packages/server/src/plans/plan-document.ts';
import { savePlanVersion } from '../packages/server/src/plans/save-plan.ts';
import { tickScheduler } from '../packages/server/src/scheduler/scheduler.ts';
import { insertPlan } from '../packages/server/src/store/plans.ts';
import { insertResource } from '../packages/server/src/store/resources.ts';
import { createAccountRoles } from '../packages/server/src/store/roles.ts';
import { insertSelections } from '../packages/server/src/store/selections.ts';
import { type TestDatabase, testDatabase } from '../packages/server/src/testing/database.ts';
import { Faults } from './faults.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const PLAN = { accountId: ACCOUNT, region: REGION, planId: 'plan' };
const TICK_MS = 30 * MINUTE_MS;
const PAUSE_MS_MAX = 40 * HOUR_MS;
const STEP_BACK_MS = 3 * HOUR_MS;

export type SchedulerFault = 'crashInside' | 'crashAfter' | 'pause' | 'clockStepsBack' | 'twoAtOnce';

export interface SchedulerWorldOptions {
  readonly seed: number;
  readonly start: string;
  readonly schedule: string;
  readonly startWindowMinutes: number;
  readonly faults: Readonly<Record<SchedulerFault, number>>;
  /** Collects the faults that struck. */
  readonly hits: Set<string>;
}

class Crash extends Error {}

export class SchedulerWorld implements AsyncDisposable {
  readonly #database: TestDatabase;
  readonly #clock: ManualClock;
  readonly #faults: Faults<SchedulerFault>;
  readonly #authorizer: Authorizer;
  readonly #log: Logger = memoryLogger();
  /** How the time passed for real: steps of the machine's clock do not count. */
  #elapsed: Instant;

  private constructor(database: TestDatabase, options: SchedulerWorldOptions) {
    this.#database = database;
    this.#elapsed = Date.parse(options.start);
    this.#clock = new ManualClock(this.#elapsed);
    this.#faults = new Faults(options.seed, options.faults, options.hits);
    this.#authorizer = authorizerOf({ clock: this.#clock });
  }

  static async make(options: SchedulerWorldOptions): Promise<SchedulerWorld> {
    const world = new SchedulerWorld(await testDatabase(), options);
    await world.#furnish(options);
    return world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
  }

  /**
   * Lets the time pass, tick by tick, with whatever goes wrong on the way; in the end the clock is right and all is
   * looked at.
   */
  async runUntil(end: string): Promise<void> {
    const until = Date.parse(end);
    while (this.#elapsed < until) {
      const pauseMs = this.#strikes('pause') ? this.#faults.draw() * PAUSE_MS_MAX : 0;
      this.#elapsed = Math.min(Math.floor(this.#elapsed + TICK_MS + pauseMs), until);
      const backMs = this.#strikes('clockStepsBack') ? STEP_BACK_MS : 0;
      this.#clock.set(this.#elapsed - backMs);
      await this.#tick();
    }
    this.#clock.set(until);
    await this.#look(this.#authorizer);
  }

  #strikes(name: SchedulerFault): boolean {
    const strikes = this.#faults.strikes(name);
    if (strikes) this.#faults.hit(name);
    return strikes;
  }

  async #tick(): Promise<void> {
    if (this.#strikes('twoAtOnce')) {
      await Promise.all([this.#look(this.#authorizer), this.#look(this.#authorizer)]);
    } else if (this.#faults.strikes('crashInside')) {
      await this.#look({
        ...this.#authorizer,
        roleProblem: async () => {
          this.#faults.hit('crashInside');
          throw new Crash();
        },
      });
    } else if (this.#faults.strikes('crashAfter')) {
      await this.#look(this.#authorizer, () => {
        this.#faults.hit('crashAfter');
        throw new Crash();
      }).catch(ignoreCrash);
    } else {
      await this.#look(this.#authorizer);
    }
  }

  /** One look of a scheduler that was just started: it remembers nothing of the one before. */
  #look(authorizer: Authorizer, wake: () => void = () => undefined): Promise<void> {
    const parts = { authorizer, clock: this.#clock, db: this.#database.db, log: this.#log, random: systemRandom, wake };
    return tickScheduler(parts, new AbortController().signal);
  }

  /** What became of each occurrence, in order. */
  async occurrences(): Promise<{ at: string; outcome: string; jobs: number }[]> {
    const rows = await this.#database.db
      .selectFrom('schedule_occurrence')
      .select(['due_at', 'outcome', 'jobs'])
      .orderBy('due_at')
      .execute();
    return rows.map((row) => ({ at: new Date(row.due_at).toISOString(), outcome: row.outcome, jobs: row.jobs }));
  }

  /** The moments for which there are jobs, in order; a moment for each job. */
  async jobs(): Promise<string[]> {
    const rows = await this.#database.db
      .selectFrom('backup_job')
      .select('scheduled_at')
      .orderBy('scheduled_at')
      .execute();
    return rows.map((row) => new Date(row.scheduled_at).toISOString());
  }

  async #furnish({ seed, schedule, startWindowMinutes }: SchedulerWorldOptions): Promise<void> {
    const now = this.#clock.now();
    const random = seededRandom(seed);
    const rule = {
      RuleName: 'rule',
      TargetBackupVaultName: 'vault',
      ScheduleExpression: schedule,
      StartWindowMinutes: startWindowMinutes,
    };
    const document = completePlan({ BackupPlanName: 'plan', Rules: [rule] }, (name) => name);
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`;
    await this.#database.db.transaction().execute(async (tx) => {
      await tx
        .insertInto('account')
        .values({ id: ACCOUNT, name: 'a', email: 'a@example.test', state: 'ACTIVE', created_at: now })
        .execute();
      await createAccountRoles(tx, { accountId: ACCOUNT, random, now });
      await insertResource(tx, {
        arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db:shop`,
        accountId: ACCOUNT,
        region: REGION,
        typeName: 'Holdfast::Database::PostgreSQL',
        identifier: 'shop',
        resourceType: 'RDS',
        properties: {},
        secretsSealed: undefined,
        tags: { backup: 'daily' },
        now,
      });
      await insertPlan(tx, {
        account_id: ACCOUNT,
        region: REGION,
        id: PLAN.planId,
        name: 'plan',
        managed_by: 'ACCOUNT',
        created_at: now,
      });
      await savePlanVersion(tx, PLAN, { versionId: planVersionId(random), document, now });
      const ListOfTags = [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'daily' }];
      await insertSelections(tx, [
        {
          account_id: ACCOUNT,
          region: REGION,
          plan_id: PLAN.planId,
          id: 'selection',
          name: 'selection',
          iam_role_arn: roleArn,
          document: { SelectionName: 'selection', IamRoleArn: roleArn, ListOfTags },
          created_at: now,
        },
      ]);
    });
  }
}

function ignoreCrash(error: unknown): void {
  if (!(error instanceof Crash)) throw error;
}
