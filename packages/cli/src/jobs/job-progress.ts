/**
 * Follows jobs until all have ended: bars on a terminal, otherwise a plain line whenever a job's state changes.
 *
 * Not here: where the rows come from (job-rows.ts and whoever calls).
 */
import { colourOfState } from '../output/colour.ts';
import { liveArea } from '../output/live-area.ts';
import { progressBar } from '../output/progress-bar.ts';
import { formatBytes } from '../output/quantities.ts';
import type { Terminal } from '../output/terminal.ts';
import { padEnd, printable } from '../output/text-width.ts';
import { pause } from '../waiting.ts';
import type { JobRow } from './job-rows.ts';

const POLL_MS = 250;
const BAR_COLUMNS = 24;
const ENDED = new Set(['COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED']);

export function hasEnded(job: JobRow): boolean {
  return ENDED.has(job.state);
}

export interface FollowOptions {
  /** All jobs to be shown, in the order in which they are shown. */
  readonly read: () => Promise<readonly JobRow[]>;
  /** True: nothing more is to be waited for. */
  readonly isDone: (jobs: readonly JobRow[]) => boolean;
  /** What a job is called. */
  readonly label: (job: JobRow) => string;
  /** A line below the bars, such as what is waited for. */
  readonly footer?: (jobs: readonly JobRow[]) => string | undefined;
  readonly signal: AbortSignal;
}

/** The jobs as they were at the last look. */
export async function followJobs(terminal: Terminal, options: FollowOptions): Promise<readonly JobRow[]> {
  using area = liveArea(terminal);
  const told = new Map<string, string>();
  for (;;) {
    const jobs = await options.read();
    const width = Math.max(0, ...jobs.map((job) => options.label(job).length));
    const footer = options.footer?.(jobs);
    area.show([
      ...jobs.map((job) => barLine(terminal, job, padEnd(options.label(job), width))),
      ...(footer ? [footer] : []),
    ]);
    if (!terminal.isLive) tellChanges(terminal, jobs, options, told);
    if (options.isDone(jobs) || options.signal.aborted) return jobs;
    await pause(POLL_MS, options.signal);
  }
}

function tellChanges(
  terminal: Terminal,
  jobs: readonly JobRow[],
  { label }: FollowOptions,
  told: Map<string, string>,
): void {
  for (const job of jobs) {
    if (told.get(job.id) === job.state) continue;
    told.set(job.id, job.state);
    const size = job.sizeBytes === undefined ? '' : `, ${formatBytes(job.sizeBytes)}`;
    terminal.line(`  ${job.kind} of ${label(job)}: ${job.state}${size}${trouble(job)}`);
  }
}

function barLine({ colours }: Terminal, job: JobRow, label: string): string {
  const share = job.state === 'COMPLETED' ? 1 : (job.percentDone ?? 0) / 100;
  const size = job.sizeBytes === undefined ? '' : formatBytes(job.sizeBytes).padStart(9);
  const state = colourOfState(job.state, colours)(job.state.padEnd(9));
  return `  ${padEnd(job.kind, 7)} ${printable(label)}  ${progressBar(share, BAR_COLUMNS)} ${state}${size}${trouble(job)}`;
}

function trouble(job: JobRow): string {
  return job.state === 'COMPLETED' || !job.message ? '' : `: ${printable(job.message)}`;
}
