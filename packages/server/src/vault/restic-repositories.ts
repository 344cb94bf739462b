/**
 * Repositories kept by restic as a separate process.
 *
 * Each use first makes sure that the repository is the one the vault was made with; see `verified`.
 * Sources: engine rules 1-12; what differs by version is in restic-version.ts and restic-error.ts.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ByteSource, RunProcess } from '@holdfast/connector-kit';
import { type Clock, MINUTE_MS, type Random } from '@holdfast/kernel';
import type {
  BackupInput,
  BackupOutcome,
  Repositories,
  RepositoryAccess,
  SnapshotLabel,
  Watch,
} from './repositories.ts';
import { RepositoryLock } from './repository-lock.ts';
import {
  cacheFolder,
  type ResticCommand,
  type ResticContext,
  readLines,
  resticOutput,
  STUCK_MS,
  startRestic,
} from './restic.ts';
import { resticBackup } from './restic-backup.ts';
import { trimCaches } from './restic-cache.ts';
import { ResticError } from './restic-error.ts';
import { parseRepositoryId, parseSnapshots, type Snapshot } from './restic-output.ts';
import { parseVersion } from './restic-version.ts';

export interface RepositoriesOptions {
  readonly run: RunProcess;
  readonly clock: Clock;
  readonly random: Random;
  /** For caches and passing files; private to this server. */
  readonly workFolder: string;
  /** The restic to use, and what to run it with. */
  readonly program?: readonly [string, ...string[]];
  /** How long removal of snapshots lets other uses go first. */
  readonly exclusivePatienceMs?: number;
  /** How long a backup may show no progress. Default: 30 minutes. */
  readonly stuckMs?: number;
}

const PATIENCE_MS = 30 * MINUTE_MS;
const FORGET_AT_ONCE_MAX = 100;
/** A prune rewrites at most this much in one go; the next one goes on. */
const REPACK_MAX = '10G';
const NEVER = new AbortController().signal;

export function createRepositories(options: RepositoriesOptions): Repositories {
  return new ResticRepositories(options);
}

class ResticRepositories implements Repositories {
  readonly #context: ResticContext;
  readonly #options: RepositoriesOptions;
  readonly #locks = new Map<string, RepositoryLock>();
  /** By storage path: the repository's id and the fingerprint of the config it was read from. */
  readonly #verified = new Map<string, { readonly fingerprint: string; readonly id: string }>();
  #version: Promise<string> | undefined;

  constructor(options: RepositoriesOptions) {
    this.#options = options;
    const { run, random, workFolder, program = ['restic'], stuckMs = STUCK_MS } = options;
    this.#context = { run, random, workFolder, program, stuckMs };
  }

  async create(access: RepositoryAccess, chunkerFrom: RepositoryAccess | undefined): Promise<string> {
    mkdirSync(access.storage.path, { recursive: true, mode: 0o700 });
    if (!existsSync(configOf(access))) {
      const chunker = chunkerFrom ? ['--copy-chunker-params'] : [];
      await resticOutput(this.#context, { args: ['init', ...chunker], access, from: chunkerFrom, signal: NEVER });
    }
    return this.#readId(access, NEVER);
  }

  async destroy(access: RepositoryAccess): Promise<void> {
    if (existsSync(configOf(access))) await this.#verify(access, NEVER);
    this.#verified.delete(access.storage.path);
    rmSync(access.storage.path, { recursive: true, force: true });
  }

  async backup(
    access: RepositoryAccess,
    input: BackupInput,
    label: SnapshotLabel,
    watch: Watch,
  ): Promise<BackupOutcome> {
    await this.#verify(access, watch.signal);
    const outcome = await this.#lock(access).shared(() =>
      this.#unlockedAfterwards(access, watch.signal, () =>
        resticBackup(this.#context, { access, input, label, watch }),
      ),
    );
    return { ...outcome, snapshotId: await this.#fullId(access, outcome.snapshotId, watch.signal) };
  }

  async copy<T>(
    from: RepositoryAccess,
    snapshotId: string,
    to: RepositoryAccess,
    watch: Watch,
    recorded: (snapshotId: string) => Promise<T>,
  ): Promise<T> {
    await this.#verify(from, watch.signal);
    await this.#verify(to, watch.signal);
    return this.#lock(from).shared(() =>
      this.#lock(to).shared(async () => {
        const copied = await this.#retryUnlocked(to, watch.signal, () => this.#copy(from, snapshotId, to, watch));
        return recorded(copied);
      }),
    );
  }

  async #copy(from: RepositoryAccess, snapshotId: string, to: RepositoryAccess, watch: Watch): Promise<string> {
    const restic = startRestic(this.#context, { args: ['copy', snapshotId], access: to, from, signal: watch.signal });
    let copied: string | undefined;
    await readLines(restic.process, (line) => {
      if (line.kind !== 'other') return;
      copied =
        /(?:^snapshot |already copied to snapshot )([0-9a-f]{8,64})(?: saved|$)/.exec(line.text.trim())?.[1] ?? copied;
      const percent = /(\d+\.\d+)%/.exec(line.text)?.[1];
      if (percent !== undefined) watch.onProgress?.({ bytesDone: 0, percent: Math.min(Number(percent), 99.9) });
    });
    await restic.ended();
    // restic is content with a snapshot that it does not find.
    if (copied === undefined) throw new ResticError('copy', 'no-snapshot', `snapshot ${snapshotId} was not copied`);
    return this.#fullId(to, copied, watch.signal);
  }

  async restore(
    access: RepositoryAccess,
    snapshotId: string,
    target: string,
    include: readonly string[] | undefined,
    watch: Watch,
  ): Promise<void> {
    await this.#verify(access, watch.signal);
    const included = (include ?? []).flatMap((each) => ['--include', literalPattern(each)]);
    await this.#lock(access).shared(() =>
      this.#retryUnlocked(access, watch.signal, () =>
        resticOutput(this.#context, {
          args: ['restore', '--target', target, ...included, '--', snapshotId],
          access,
          signal: watch.signal,
        }),
      ),
    );
  }

  async dump(access: RepositoryAccess, snapshotId: string, file: string, signal: AbortSignal): Promise<ByteSource> {
    await this.#verify(access, signal);
    return new Promise<ByteSource>((resolve, reject) => {
      const use = this.#lock(access).shared(async () => {
        const restic = startRestic(this.#context, { args: ['dump', '--', snapshotId, file], access, signal });
        const vouched = restic.ended().then(() => undefined);
        vouched.catch(() => undefined);
        resolve({ bytes: restic.process.stdout, vouched });
        await restic.process.ended;
      });
      use.catch(reject);
    });
  }

  async snapshots(access: RepositoryAccess, tag: string | undefined, signal: AbortSignal): Promise<Snapshot[]> {
    await this.#verify(access, signal);
    return this.#lock(access).shared(() => this.#list(access, tag, signal));
  }

  async forget(
    access: RepositoryAccess,
    choose: (list: () => Promise<Snapshot[]>) => Promise<readonly string[]>,
    signal: AbortSignal,
  ): Promise<'done' | 'busy'> {
    await this.#verify(access, signal);
    const outcome = await this.#lock(access).exclusive(async () => {
      const ids = await choose(() => this.#list(access, undefined, signal));
      for (let start = 0; start < ids.length; start += FORGET_AT_ONCE_MAX) {
        const some = ids.slice(start, start + FORGET_AT_ONCE_MAX);
        await this.#retryUnlocked(access, signal, () =>
          resticOutput(this.#context, { args: ['forget', '--', ...some], access, signal }),
        );
      }
    });
    return outcome === 'busy' ? 'busy' : 'done';
  }

  async prune(access: RepositoryAccess, signal: AbortSignal): Promise<'done' | 'busy'> {
    await this.#verify(access, signal);
    const outcome = await this.#lock(access).exclusive(() =>
      this.#retryUnlocked(access, signal, () =>
        resticOutput(this.#context, { args: ['prune', '--max-repack-size', REPACK_MAX], access, signal }),
      ),
    );
    trimCaches(cacheFolder(this.#context), this.#idsInUse());
    return outcome === 'busy' ? 'busy' : 'done';
  }

  async check(access: RepositoryAccess, part: number, parts: number, signal: AbortSignal): Promise<void> {
    await this.#verify(access, signal);
    await this.#lock(access).shared(() =>
      this.#retryUnlocked(access, signal, () =>
        resticOutput(this.#context, {
          // Its own lock would be exclusive; ours keeps removals away, and appends do not disturb it.
          args: ['check', '--no-lock', '--with-cache', `--read-data-subset=${part}/${parts}`],
          access,
          signal,
        }),
      ),
    );
  }

  version(): Promise<string> {
    this.#version ??= this.#askVersion();
    return this.#version;
  }

  async #askVersion(): Promise<string> {
    const child = this.#context.run({ command: this.#context.program, args: ['version'], signal: NEVER });
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) output += String(chunk);
    return parseVersion(output).text;
  }

  /**
   * INVARIANT: nothing is read from or written to a repository with another id than the vault's. restic would need
   * one more start to tell the id, as long as a small backup takes: it is asked once, and again when the config file
   * is another one.
   */
  async #verify(access: RepositoryAccess, signal: AbortSignal): Promise<void> {
    await this.version();
    if (access.repositoryId === undefined) return;
    const id = this.#known(access) ?? (await this.#readId(access, signal));
    if (id !== access.repositoryId) {
      const found = `${access.storage.path} holds repository ${id.slice(0, 10)}, the vault's is ${access.repositoryId.slice(0, 10)}`;
      throw new ResticError('open', 'wrong-repository', found);
    }
  }

  #known(access: RepositoryAccess): string | undefined {
    const known = this.#verified.get(access.storage.path);
    return known && known.fingerprint === fingerprintOf(access) ? known.id : undefined;
  }

  async #readId(access: RepositoryAccess, signal: AbortSignal): Promise<string> {
    const fingerprint = fingerprintOf(access);
    const id = parseRepositoryId(
      await resticOutput(this.#context, { args: ['cat', 'config', '--no-lock'], access, signal }),
    );
    if (id === undefined) throw new ResticError('cat config', 'unknown', 'the repository has no id');
    this.#verified.set(access.storage.path, { fingerprint, id });
    return id;
  }

  #lock(access: RepositoryAccess): RepositoryLock {
    let lock = this.#locks.get(access.storage.path);
    if (!lock) {
      lock = new RepositoryLock(this.#options.clock, this.#options.exclusivePatienceMs ?? PATIENCE_MS);
      this.#locks.set(access.storage.path, lock);
    }
    return lock;
  }

  #list(access: RepositoryAccess, tag: string | undefined, signal: AbortSignal): Promise<Snapshot[]> {
    const tagged = tag === undefined ? [] : ['--tag', tag];
    const command = { access, signal, args: ['snapshots', '--json', '--no-lock', ...tagged] } satisfies ResticCommand;
    return resticOutput(this.#context, command).then(parseSnapshots);
  }

  /** 0.14 reports eight characters of an id, too few to name a snapshot among many. */
  async #fullId(access: RepositoryAccess, id: string, signal: AbortSignal): Promise<string> {
    if (id.length === 64) return id;
    const beginning = readdirSync(path.join(access.storage.path, 'snapshots')).filter((name) => name.startsWith(id));
    const [only] = beginning;
    if (only !== undefined && beginning.length === 1) return only;
    const newest = (await this.#list(access, undefined, signal)).findLast((snapshot) => snapshot.id.startsWith(id));
    if (!newest) throw new ResticError('backup', 'no-snapshot', `snapshot ${id} is not in the repository`);
    return newest.id;
  }

  /** A lock whose process is dead is taken away, and the command tried once more. */
  async #retryUnlocked<T>(access: RepositoryAccess, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#unlockedAfterwards(access, signal, work);
    } catch (error) {
      if (!(error instanceof ResticError) || error.failure !== 'locked') throw error;
      return work();
    }
  }

  /**
   * `unlock` removes locks whose process is dead on this host, and those older than 30 minutes; others stay (engine
   * rules 9).
   */
  async #unlockedAfterwards<T>(access: RepositoryAccess, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ResticError && error.failure === 'locked') {
        await resticOutput(this.#context, { args: ['unlock'], access, signal });
      }
      throw error;
    }
  }

  #idsInUse(): Set<string> {
    const busy = [...this.#locks].filter(([, lock]) => !lock.idle).map(([storage]) => storage);
    return new Set(busy.flatMap((storage) => this.#verified.get(storage)?.id ?? []));
  }
}

function configOf(access: RepositoryAccess): string {
  return path.join(access.storage.path, 'config');
}

function fingerprintOf(access: RepositoryAccess): string {
  if (!existsSync(configOf(access))) {
    throw new ResticError('open', 'no-repository', `there is no repository at ${access.storage.path}`);
  }
  return createHash('sha256')
    .update(readFileSync(configOf(access)))
    .digest('base64');
}

/** restic's include patterns know wildcards; a name is to mean itself. */
function literalPattern(name: string): string {
  return name.replaceAll(/[\\*?[\]]/g, (character) => `\\${character}`);
}
