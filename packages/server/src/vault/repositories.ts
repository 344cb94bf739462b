/**
 * Vaults' restic repositories, as the services and jobs see them. Implemented beside this file with restic as a process.
 */
import type { VaultStorage } from '../store/tables/backup.ts';

/** What opens one repository. The password never leaves memory but through a 0600 file or descriptor for restic. */
export interface RepositoryAccess {
  readonly storage: VaultStorage;
  readonly password: string;
  /** Compared before every use; undefined only while the repository is being made. */
  readonly repositoryId?: string;
}

export interface Repositories {
  /**
   * Makes the repository, or finds the one that an earlier attempt made with the same password.
   * @param chunkerFrom a repository of the same installation whose chunker parameters are taken over, so that copies deduplicate
   * @returns restic's repository id
   */
  create(access: RepositoryAccess, chunkerFrom: RepositoryAccess | undefined): Promise<string>;
  /** Removes the repository and all that is in it; for an empty vault that is deleted. */
  destroy(access: RepositoryAccess): Promise<void>;
}
