/** Threads without isolation: forty files start in a second instead of fifteen (docs/design/dependencies.md). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', '{bench,demo,sim,tests,tools}/**/*.test.ts'],
    // The first looks last: it sees what the shared PostgreSQL left, too.
    globalSetup: ['tools/testing/left-processes.ts', 'packages/server/src/testing/cluster.ts'],
    setupFiles: ['tools/testing/open-resources.ts'],
    pool: 'threads',
    isolate: false,
    // More than processors: many files wait for restic, PostgreSQL or a killed server most of their time.
    maxWorkers: 4,
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
