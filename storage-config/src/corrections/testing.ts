/** For tests: a hospital with a real index and real objects, into which instances are stored as the gateway does. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readPart10 } from '@hutong/dicom';
import type pg from 'pg';
import { createHospital } from '../registry/hospitals.ts';
import { indexInstances } from '../indexing/indexInstances.ts';
import { indexRows } from '../indexing/indexRows.ts';
import type { IndexedAs } from '../indexing/settleOthers.ts';
import { instanceObjectKey } from '../objectKeys.ts';
import type { ObjectStore } from '../objectStore.ts';
import { openObjectStore } from '../objects/openObjectStore.ts';
import { createTestDatabase } from '../testing.ts';
import type { Correcting } from './correction.ts';
import type { Author } from './events.ts';

export interface TestArchive {
  index: pg.Pool;
  objects: ObjectStore;
  /** A person who may correct. */
  correcting: Correcting;
  /** Stores objects for a hospital; by someone who may correct, if `author` is given. */
  store(
    objects: readonly Uint8Array[],
    options?: { hospital?: string; author?: Author },
  ): Promise<(IndexedAs | 'failed')[]>;
  /** Another index on the same objects, empty. */
  emptyIndex(): Promise<{ index: pg.Pool; drop(): Promise<void> }>;
  close(): Promise<void>;
}

export const PERSON: Author = { kind: 'person', id: 'li', name: 'Dr Li' };

export async function openTestArchive(
  wrap: (objects: ObjectStore) => ObjectStore = (objects) => objects,
): Promise<TestArchive> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-corrections-'));
  const objects = wrap(await openObjectStore({ dataDirectory: folder, s3: null }));
  for (const code of ['h1', 'h2']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
  return {
    index: database.pool,
    objects,
    correcting: { author: PERSON, objects, quietSeconds: 0 },
    async store(bytes, { hospital = 'h1', author } = {}) {
      const rows = [];
      for (const one of bytes) {
        const read = readPart10(one);
        const key = instanceObjectKey({ hospital, ...read.identity });
        await objects.put(key, one, { hospital });
        rows.push(indexRows(read, key));
      }
      const correcting = author === undefined ? null : { author, objects };
      const { results } = await indexInstances(
        { index: database.pool, hospital, quietSeconds: 0, correcting },
        rows,
      );
      for (const [i, { as, error }] of results.entries()) {
        if (as === 'failed') throw error;
        if (results[i]?.objectUnused === true) await objects.delete(rows[i]?.instance.object_key ?? '');
      }
      return results.map(({ as }) => as);
    },
    async emptyIndex() {
      const other = await createTestDatabase();
      return { index: other.pool, drop: () => other.drop() };
    },
    async close() {
      await objects.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
