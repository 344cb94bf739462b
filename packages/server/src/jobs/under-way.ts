/**
 * The jobs in this process' hands: claimed, kept alive, ended or given back.
 */
import { type Instant, randomText } from '@holdfast/kernel';
import type { BackupJobRow, CopyJobRow, RestoreJobRow } from '../store/jobs.ts';
import { askForOrphanCheckOf } from '../store/jobs-removal.ts';
import {
  claimBackupJob,
  claimCopyJob,
  claimRestoreJob,
  heartbeat,
  type JobKind,
  type Lease,
  leave,
  type Progress,
} from '../store/jobs-work.ts';
import { STOPPED_BY_USER } from './backup-job.ts';
import { backupFailed, runBackup } from './backup-work.ts';
import { copyFailed, runCopy } from './copy-work.ts';
import { JobFailure, jobFailureOf, LeaseLost } from './job-failure.ts';
import type { JobParts, Work } from './parts.ts';
import { restoreFailed, runRestore } from './restore-work.ts';

/** Why a job's work is cut short. */
type Cut = 'stop' | 'lost' | 'shutdown';

interface UnderWay {
  readonly lease: Lease;
  readonly abort: AbortController;
  cut: Cut | undefined;
  progress: Progress;
  ended: Promise<void>;
}

interface Doing {
  run(work: Work): Promise<void>;
  failed(work: Work, failure: JobFailure): Promise<void>;
  /** What the row becomes when the server stops: it waits for the next start, and the attempt does not count. */
  readonly givenBack: Readonly<Record<string, string | number>>;
  /** The vault in which a snapshot may be that nothing records now. */
  readonly wroteTo?: { readonly accountId: string; readonly region: string; readonly name: string };
}

const INTERNAL = 'An internal error ended the job; the log of the server has its details.';

export class JobsUnderWay {
  readonly #parts: JobParts;
  readonly #owner: string;
  /** By work, not by job: a job whose lease was lost may be here again while its former work still ends. */
  readonly #jobs = new Set<UnderWay>();
  #copiesFirst = false;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#owner = `server-${randomText(parts.random, 12)}`;
  }

  get count(): number {
    return this.#jobs.size;
  }

  oneEnds(): Promise<void> {
    const all = [...this.#jobs].map((job) => job.ended);
    return all.length === 0 ? new Promise(() => undefined) : Promise.race(all);
  }

  /** Renews the leases, from `now` on, and learns what is to stop. */
  async heartbeats(now: Instant): Promise<void> {
    const leaseUntil = now + this.#parts.settings.leaseMs;
    await Promise.all(
      [...this.#jobs].map(async (job) => {
        const answer = await heartbeat(this.#parts.db, job.lease, leaseUntil, job.progress);
        if (answer !== 'ours') this.#cut(job, answer);
      }),
    );
  }

  async claim(): Promise<void> {
    const { jobsAtOnce } = this.#parts.settings;
    while (this.#running('restore') < jobsAtOnce && (await this.#claimRestore()));
    while (this.#running('backup') + this.#running('copy') < jobsAtOnce) {
      // In turns, so that neither waits for the end of the other's queue.
      this.#copiesFirst = !this.#copiesFirst;
      const turns = this.#copiesFirst
        ? [() => this.#claimCopy(), () => this.#claimBackup()]
        : [() => this.#claimBackup(), () => this.#claimCopy()];
      const [first, second] = turns;
      if (!((await first?.()) || (await second?.()))) return;
    }
  }

  /** Stops all work and gives the jobs back. */
  async giveBack(): Promise<void> {
    for (const job of this.#jobs) this.#cut(job, 'shutdown');
    await Promise.all([...this.#jobs].map((job) => job.ended));
  }

  #running(kind: JobKind): number {
    return [...this.#jobs].filter((job) => job.lease.kind === kind).length;
  }

  #leaseUntil(): number {
    return this.#parts.clock.now() + this.#parts.settings.leaseMs;
  }

  #claimOf() {
    return { owner: this.#owner, now: this.#parts.clock.now(), leaseUntil: this.#leaseUntil() };
  }

  async #claimBackup(): Promise<boolean> {
    const job: BackupJobRow | undefined = await claimBackupJob(this.#parts.db, this.#claimOf());
    if (!job) return false;
    this.#start(
      { kind: 'backup', jobId: job.id, token: job.lease_token },
      {
        run: (work) => runBackup(this.#parts, job, work),
        failed: (work, failure) => backupFailed(this.#parts, job, work, failure),
        givenBack: { state: 'PENDING', attempt: job.attempt - 1 },
        wroteTo: { accountId: job.account_id, region: job.region, name: job.vault_name },
      },
    );
    return true;
  }

  async #claimCopy(): Promise<boolean> {
    const job: CopyJobRow | undefined = await claimCopyJob(this.#parts.db, this.#claimOf());
    if (!job) return false;
    this.#start(
      { kind: 'copy', jobId: job.id, token: job.lease_token },
      {
        run: (work) => runCopy(this.#parts, job, work),
        failed: (work, failure) => copyFailed(this.#parts, job, work, failure),
        givenBack: { state: 'CREATED', attempt: job.attempt - 1 },
      },
    );
    return true;
  }

  async #claimRestore(): Promise<boolean> {
    const job: RestoreJobRow | undefined = await claimRestoreJob(this.#parts.db, this.#claimOf());
    if (!job) return false;
    this.#start(
      { kind: 'restore', jobId: job.id, token: job.lease_token },
      {
        run: (work) => runRestore(this.#parts, job, work),
        failed: (work, failure) => restoreFailed(this.#parts, job, work, failure),
        givenBack: { status: 'PENDING', attempt: job.attempt - 1 },
      },
    );
    return true;
  }

  #start(lease: Lease, doing: Doing): void {
    this.#parts.log.info('job.started', { kind: lease.kind, jobId: lease.jobId });
    const abort = new AbortController();
    const job: UnderWay = {
      lease,
      abort,
      cut: undefined,
      progress: { percent: undefined, bytes: undefined },
      ended: Promise.resolve(),
    };
    const report = (progress: Progress): void => {
      job.progress = progress;
    };
    const work = { lease, signal: abort.signal, report };
    job.ended = this.#toItsEnd(job, work, doing)
      .catch((error: unknown) => {
        // Not even the failure could be written: the lease runs out, and the sweeper gives the job to another worker.
        this.#parts.log.error('job.end-not-recorded', { kind: lease.kind, jobId: lease.jobId, error });
      })
      .finally(() => this.#jobs.delete(job));
    this.#jobs.add(job);
  }

  async #toItsEnd(job: UnderWay, work: Work, doing: Doing): Promise<void> {
    try {
      await doing.run(work);
    } catch (error) {
      if (job.cut !== undefined || error instanceof LeaseLost) return this.#cutShort(job, doing);
      const failure = jobFailureOf(error);
      if (!failure)
        this.#parts.log.error('job.internal-error', { kind: work.lease.kind, jobId: work.lease.jobId, error });
      try {
        await doing.failed(work, failure ?? new JobFailure(INTERNAL, 'FATAL_ERROR', { cause: error }));
      } catch (second) {
        if (!(second instanceof LeaseLost)) throw second;
        await this.#cutShort(job, doing);
      }
    }
  }

  /** Stopped: ABORTED. The server stops: given back. Lost: somebody else's by now. */
  async #cutShort(job: UnderWay, doing: Doing): Promise<void> {
    const { db, clock } = this.#parts;
    const answer = await heartbeat(db, job.lease, this.#leaseUntil(), job.progress);
    if (answer === 'lost') {
      this.#parts.log.warn('job.lease-lost', { kind: job.lease.kind, jobId: job.lease.jobId });
      return;
    }
    const now = clock.now();
    const change =
      answer === 'stop'
        ? { state: 'ABORTED', status_message: STOPPED_BY_USER, message_category: 'MISCELLANEOUS', completed_at: now }
        : { ...doing.givenBack, run_after: now };
    await db.transaction().execute(async (tx) => {
      await leave(tx, job.lease, change, { stopping: true });
      if (doing.wroteTo) await askForOrphanCheckOf(tx, doing.wroteTo, now + this.#parts.settings.leaseMs);
    });
    this.#parts.log.info('job.cut-short', { kind: job.lease.kind, jobId: job.lease.jobId, because: answer });
  }

  #cut(job: UnderWay, cut: Cut): void {
    job.cut ??= cut;
    job.abort.abort();
  }
}
