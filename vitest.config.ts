import { defineConfig } from 'vitest/config';

const rooms = '{packages/*,storage-config,server,workers,scripts,viewer/*,test/factories}';

export default defineConfig({
  test: {
    // Two files at once: each may run its own PostgreSQL clone, server and workers beside it.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'rooms',
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
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'dicomweb',
          include: ['test/dicomweb/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
