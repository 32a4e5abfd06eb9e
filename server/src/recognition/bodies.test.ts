import { defaultCatalogue } from '@hutong/conformance';
import {
  changeCatalogueState,
  createHospital,
  importCatalogue,
  inTransaction,
  loadConfig,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { readNames } from './bodies.ts';

const [OWN, OTHER] = ['451200', '421300'];
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, { code: 'a', nameZh: '甲', nameEn: 'A', region: OWN });
  await createHospital(database.pool, { code: 'b', nameZh: '乙', nameEn: 'B', region: OTHER });
  const list = defaultCatalogue();
  const [first, ...others] = list.items;
  if (first === undefined) throw new Error('the list has no items');
  const other = {
    ...list,
    id: 'elsewhere',
    version: '1',
    region: { ...list.region, code: OTHER },
    items: [{ ...first, name: { zh: '别处的项目', en: 'Item of elsewhere' } }, ...others],
  };
  await inTransaction(database.pool, async (client) => {
    await importCatalogue(client, { document: other, catalogue: other, by: 'test' });
    const id = { id: other.id, version: other.version };
    await changeCatalogueState(client, { ...id, state: 'inForce', by: 'test', defaultRegion: OWN });
  });
});
afterAll(() => database.drop());

test('S1: the record names an item as the list of the hospital does that made the examination', async () => {
  const config = loadConfig({ HUTONG_REGION_CODE: OWN });
  const names = await readNames(database.pool, cataloguesSource({ index: database.pool, config }));
  const [first] = defaultCatalogue().items;
  expect(names.itemName(first?.code ?? '', 'b').zh).toBe('别处的项目');
  expect(names.itemName(first?.code ?? '', 'a').zh).toBe(first?.name.zh);
  expect(names.itemName(first?.code ?? '').zh).toBe(first?.name.zh);
});
