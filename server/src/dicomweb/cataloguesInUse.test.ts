import { defaultCatalogue } from '@hutong/conformance';
import { changeCatalogueState, importCatalogue, inTransaction, loadConfig } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cataloguesSource } from './cataloguesInUse.ts';

const REGION = '451200';
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const next = { ...defaultCatalogue(), id: 'next', version: '1' };
  await inTransaction(database.pool, async (client) => {
    await importCatalogue(client, { document: next, catalogue: next, by: 'test' });
    await changeCatalogueState(client, {
      id: 'next',
      version: '1',
      state: 'inForce',
      effectiveFrom: '2027-01-01',
      by: 'test',
      defaultRegion: REGION,
    });
  });
});
afterAll(() => database.drop());
afterEach(() => {
  vi.useRealTimers();
});

test('S1: a list that takes effect on a day is in use from midnight in China on', async () => {
  const config = loadConfig({ HUTONG_REGION_CODE: REGION });
  const inUseAt = async (moment: string) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(moment) });
    return (await cataloguesSource({ index: database.pool, config })()).ofRegion(REGION).id;
  };
  expect(await inUseAt('2026-12-31T23:59:59+08:00')).not.toBe('next');
  expect(await inUseAt('2027-01-01T00:00:01+08:00')).toBe('next');
});
