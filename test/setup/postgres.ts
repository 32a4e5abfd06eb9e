import { holdTestServer } from '@hutong/storage-config/testing';

/** Keeps the test PostgreSQL running over all test files of a run; each file would start it anew otherwise. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await holdTestServer();
  return () => server.release();
}
