/**
 * What `npm run …` can do. Each task: the program run under Node, what it needs of the system, and for tasks that are a
 * folder of programs, the folder whose file the first argument names.
 */

const BACKUP_PROGRAMS = ['restic', 'pg_dump', 'pg_restore', 'psql'];

/** @type {Readonly<Record<string, { file?: string, folder?: string, arguments?: string[], programs: string[] }>>} */
export const TASKS = {
  start: { file: 'demo/start.ts', programs: BACKUP_PROGRAMS },
  test: { file: 'node_modules/vitest/vitest.mjs', arguments: ['run'], programs: [...BACKUP_PROGRAMS, 'aws', 'boto3'] },
  check: { file: 'tools/check.ts', programs: [] },
  conformance: { file: 'tools/conformance.ts', programs: [] },
  generate: { file: 'tools/generate.ts', programs: [] },
  bench: { folder: 'bench', programs: BACKUP_PROGRAMS },
  // Not even restic: `holdfast doctor` is there to say what is missing.
  holdfast: { file: 'packages/cli/src/main.ts', programs: [] },
};
