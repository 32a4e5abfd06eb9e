import { defineConfig } from 'vitest/config';

const rooms = '{packages/*,storage-config,server,workers,scripts,viewer/*,test/factories}';

/** What is waited for comes at once on an idle machine; how long it may take on a busy one says nothing about it. */
const patience = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    // Two files at once: each may run its own PostgreSQL clone, server and workers beside it.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'rooms',
          expect: patience,
          include: [`${rooms}/**/*.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['test/setup/postgres.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          expect: patience,
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'dicomweb',
          expect: patience,
          include: ['test/dicomweb/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          expect: patience,
          // What passes at the second try is named at the end of the run: a real browser on a busy machine.
          retry: 1,
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'system',
          expect: patience,
          include: ['test/system/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
