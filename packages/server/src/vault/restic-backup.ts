/**
 * `restic backup` of a folder or of a stream.
 *
 * A stream's end alone proves nothing: restic gets to see the end only after the producer has vouched for it, and is
 * stopped before that otherwise, so that no version of restic commits half a stream (engine rules 5; from 0.17 restic
 * could run the producer itself, but one way for all versions is one way to test).
 */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isoTime } from '@holdfast/kernel';
import type { BackupInput, BackupOutcome, RepositoryAccess, SnapshotLabel, Watch } from './repositories.ts';
import { type ResticContext, readLines, type StartedRestic, startRestic } from './restic.ts';
import { ResticError } from './restic-error.ts';
import { parseLine, type ResticLine, type ResticStatus, type ResticSummary } from './restic-output.ts';

/** Names of unreadable files that a job's message can hold. */
const UNREADABLE_KEPT = 20;
const PERCENT_MAX_BEFORE_END = 99.9;

export interface BackupOrder {
  readonly access: RepositoryAccess;
  readonly input: BackupInput;
  readonly label: SnapshotLabel;
  readonly watch: Watch;
}

export async function resticBackup(context: ResticContext, order: BackupOrder): Promise<BackupOutcome> {
  const { input, watch } = order;
  const stop = new AbortController();
  const seen = new Seen();
  const restic = startRestic(context, {
    args: ['backup', '--json', ...labelArguments(order.label), ...inputArguments(input)],
    access: order.access,
    cwd: input.kind === 'directory' ? path.dirname(input.folder) : undefined,
    input: input.kind === 'stream',
    tellsProgress: true,
    signal: AbortSignal.any([watch.signal, stop.signal]),
    onErrorLine: (line) => seen.line(parseLine(line)),
  });
  const reading = readLines(restic.process, (line) => {
    const progressed = seen.line(line);
    if (!progressed) return;
    restic.process.alive();
    watch.onProgress?.({ bytesDone: progressed.bytesDone, percent: percentOf(progressed, input) });
  });
  const feeding = input.kind === 'stream' ? feed(input, restic, stop) : Promise.resolve();
  const [fed, read] = await Promise.allSettled([feeding, reading]);
  if (fed.status === 'rejected') {
    // The producer's own failure is the reason; a pipe that broke because restic went is restic's.
    await restic.process.ended;
    if (stop.signal.aborted) throw fed.reason;
  }
  const failure = await restic.ended(['source-incomplete']);
  if (fed.status === 'rejected') throw fed.reason;
  if (read.status === 'rejected') throw read.reason;
  if (!seen.summary || seen.summary.snapshotId === '')
    throw new ResticError('backup', 'unknown', 'no snapshot was reported');
  if (failure === 'source-incomplete' && seen.unreadable === 0) seen.unreadable = 1;
  if (input.kind === 'directory' && seen.unreadable > 0) stillThere(input.folder);
  return {
    snapshotId: seen.summary.snapshotId,
    sizeBytes: seen.summary.bytesProcessed,
    addedBytes: seen.summary.bytesAdded,
    unreadable: { count: seen.unreadable, first: seen.first },
  };
}

function labelArguments({ accountId, createdAt, tags }: SnapshotLabel): string[] {
  // restic takes a local time, and runs in UTC.
  const time = isoTime(createdAt).slice(0, 19).replace('T', ' ');
  return ['--host', accountId, '--time', time, ...tags.flatMap((tag) => ['--tag', tag])];
}

function inputArguments(input: BackupInput): string[] {
  return input.kind === 'directory'
    ? ['--', path.basename(input.folder)]
    : ['--stdin', `--stdin-filename=${input.fileName}`];
}

/** Gives restic the stream, and its end only when the producer vouched. */
async function feed(
  input: BackupInput & { kind: 'stream' },
  restic: StartedRestic,
  stop: AbortController,
): Promise<void> {
  const source = input.open(stop.signal);
  source.vouched.catch(() => undefined);
  try {
    await pipeline(source.bytes, restic.process.stdin, { end: false });
  } catch (error) {
    source.bytes.destroy();
    const ours = await Promise.race([
      restic.process.ended.then(() => 'restic' as const),
      source.vouched.then(
        () => 'source' as const,
        () => 'source' as const,
      ),
    ]);
    if (ours === 'restic') throw error;
  }
  try {
    await source.vouched;
  } catch (error) {
    stop.abort();
    throw error;
  }
  restic.process.stdin.end();
}

/** What restic has said so far. */
class Seen {
  summary: ResticSummary | undefined;
  unreadable = 0;
  readonly first: { item: string; why: string }[] = [];
  #last = '';

  /** The status when it is another than the one before. */
  line(line: ResticLine): ResticStatus | undefined {
    switch (line.kind) {
      case 'summary':
        this.summary = line.summary;
        return undefined;
      case 'error':
        // The scanner, which only counts, reports the same file once more.
        if (line.during === 'scan') return undefined;
        this.unreadable++;
        if (this.first.length < UNREADABLE_KEPT) this.first.push({ item: line.item, why: line.message });
        return undefined;
      case 'status': {
        const key = `${line.status.filesDone}/${line.status.bytesDone}/${line.status.totalBytes}`;
        if (key === this.#last) return undefined;
        this.#last = key;
        return line.status;
      }
      case 'other':
        return undefined;
    }
  }
}

function percentOf(status: ResticStatus, input: BackupInput): number | undefined {
  const total = input.kind === 'stream' ? (input.sizeEstimateBytes ?? 0) : status.totalBytes;
  return total > 0 ? Math.min((status.bytesDone / total) * 100, PERCENT_MAX_BEFORE_END) : undefined;
}

function stillThere(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ResticError('backup', 'source-missing', `${folder} vanished while it was read`);
  }
}
