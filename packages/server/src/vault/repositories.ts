/**
 * Vaults' restic repositories, as the services and jobs see them. Implemented beside this file with restic as a
 * process.
 */
import type { ByteSource } from '@holdfast/connector-kit';
import type { Instant } from '@holdfast/kernel';
import type { VaultStorage } from '../store/tables/backup.ts';
import type { Snapshot } from './restic-output.ts';

/** What opens one repository. The password never leaves memory but through a 0600 file or descriptor for restic. */
export interface RepositoryAccess {
  readonly storage: VaultStorage;
  readonly password: string;
  /** Compared before every use; undefined only while the repository is being made. */
  readonly repositoryId?: string;
}

/** How a snapshot identifies itself, so that the catalogue can be rebuilt from the storage alone (engine rules 4). */
export interface SnapshotLabel {
  readonly accountId: string;
  /** The recovery point's creation date; restic keeps whole seconds of it. */
  readonly createdAt: Instant;
  /** `holdfast:rp=…` and the like; without commas. */
  readonly tags: readonly string[];
}

export type BackupInput =
  | { readonly kind: 'directory'; readonly folder: string }
  | {
      readonly kind: 'stream';
      readonly fileName: string;
      readonly sizeEstimateBytes?: number | undefined;
      open(signal: AbortSignal): ByteSource;
    };

export interface BackupProgress {
  readonly bytesDone: number;
  /** 0 to 99.9; undefined where the size of the whole is not known. */
  readonly percent: number | undefined;
}

export interface Watch {
  readonly signal: AbortSignal;
  onProgress?(progress: BackupProgress): void;
}

export interface BackupOutcome {
  readonly snapshotId: string;
  /** Of the source. */
  readonly sizeBytes: number;
  /** New to the repository, before compression. */
  readonly addedBytes: number;
  /** Files that could not be read to the end; the snapshot is without them. */
  readonly unreadable: {
    readonly count: number;
    readonly first: readonly { readonly item: string; readonly why: string }[];
  };
}

export interface Repositories {
  /**
   * Makes the repository, or finds the one that an earlier attempt made with the same password.
   * @param chunkerFrom a repository of the same installation whose chunker parameters are taken over, so that copies
   * deduplicate
   * @returns restic's repository id
   */
  create(access: RepositoryAccess, chunkerFrom: RepositoryAccess | undefined): Promise<string>;
  /** Removes the repository and all that is in it; for an empty vault that is deleted. */
  destroy(access: RepositoryAccess): Promise<void>;
  /**
   * Keeps a directory or a stream. Resolves only when restic has committed the snapshot and the source was read to
   * its end (except for what `unreadable` names); no snapshot is left otherwise, unless we were killed.
   * @throws ResticError, ConnectorFailure of the stream's producer
   */
  backup(access: RepositoryAccess, input: BackupInput, label: SnapshotLabel, watch: Watch): Promise<BackupOutcome>;
  /**
   * Copies one snapshot; finds the copy that an earlier attempt made. `recorded` runs before the destination is given
   * free, so that nothing can remove the snapshot between its copy and its record.
   */
  copy<T>(
    from: RepositoryAccess,
    snapshotId: string,
    to: RepositoryAccess,
    watch: Watch,
    recorded: (snapshotId: string) => Promise<T>,
  ): Promise<T>;
  /**
   * Writes what was kept of a directory into `target`, an empty folder; below it stands the kept folder under its own
   * name.
   * @param include absolute paths inside the snapshot; undefined: all
   */
  restore(
    access: RepositoryAccess,
    snapshotId: string,
    target: string,
    include: readonly string[] | undefined,
    watch: Watch,
  ): Promise<void>;
  /** The bytes of one file of a snapshot. */
  dump(access: RepositoryAccess, snapshotId: string, file: string, signal: AbortSignal): Promise<ByteSource>;
  /** All snapshots, or those with a tag. */
  snapshots(access: RepositoryAccess, tag: string | undefined, signal: AbortSignal): Promise<Snapshot[]>;
  /** Removes what `choose` names while nothing else uses the repository; missing ones are as good as removed. */
  forget(
    access: RepositoryAccess,
    choose: (list: () => Promise<Snapshot[]>) => Promise<readonly string[]>,
    signal: AbortSignal,
  ): Promise<'done' | 'busy'>;
  /** Gives back the space of removed snapshots, at most a bounded part of the repository in one go. */
  prune(access: RepositoryAccess, signal: AbortSignal): Promise<'done' | 'busy'>;
  /** Reads part `part` of `parts` of the data and all of the structure. @throws ResticError `damaged` */
  check(access: RepositoryAccess, part: number, parts: number, signal: AbortSignal): Promise<void>;
  /** The restic in use. @throws ProgramMissing, ResticTooOld */
  version(): Promise<string>;
}
