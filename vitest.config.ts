import { defineConfig } from 'vitest/config';

/** Threads without isolation: forty files start in a second instead of fifteen (docs/design/dependencies.md). */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'sim/**/*.test.ts', 'tools/**/*.test.ts', 'demo/**/*.test.ts'],
    globalSetup: ['packages/server/src/testing/cluster.ts'],
    pool: 'threads',
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
