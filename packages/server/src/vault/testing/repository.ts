/**
 * Real repositories for tests. restic takes seconds to make one, so one is made a test file and tests work on copies
 * of it.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processRunner } from '@holdfast/connector-kit';
import { systemClock, systemRandom } from '@holdfast/kernel';
import type { Repositories, RepositoryAccess } from '../repositories.ts';
import { createRepositories, type RepositoriesOptions } from '../restic-repositories.ts';

export interface TestVaults extends Disposable {
  readonly folder: string;
  readonly repositories: Repositories;
  /** A folder of its own below the test's. */
  fresh(name: string): string;
  /** A copy of the one repository that was made, in a place of its own. */
  repository(): Promise<RepositoryAccess & { readonly repositoryId: string }>;
  /** The same repositories driven with other options, such as a restic that lacks root's rights. */
  driver(options: Partial<RepositoriesOptions>): Repositories;
}

export function testVaults(): TestVaults {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-vault-'));
  const options = {
    run: processRunner(),
    clock: systemClock,
    random: systemRandom,
    workFolder: path.join(folder, 'work'),
  };
  const repositories = createRepositories(options);
  let made: Promise<RepositoryAccess & { repositoryId: string }> | undefined;
  let copies = 0;
  const make = async (): Promise<RepositoryAccess & { repositoryId: string }> => {
    const access = {
      storage: { kind: 'directory', path: path.join(folder, 'template') },
      password: 'test key',
    } as const;
    return { ...access, repositoryId: await repositories.create(access, undefined) };
  };
  return {
    folder,
    repositories,
    fresh(name) {
      const into = path.join(folder, `${name}-${copies++}`);
      mkdirSync(into);
      return into;
    },
    async repository() {
      made ??= make();
      const template = await made;
      const copy = path.join(folder, `repository-${copies++}`);
      cpSync(template.storage.path, copy, { recursive: true });
      return { ...template, storage: { kind: 'directory', path: copy } };
    },
    driver: (other) => createRepositories({ ...options, ...other }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
