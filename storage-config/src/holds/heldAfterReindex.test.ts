import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import { deleteInstances } from '../corrections/deleteInstances.ts';
import { readEvents } from '../corrections/history.ts';
import { openTestArchive, PERSON, type TestArchive } from '../corrections/testing.ts';
import { type ObjectStore, ObjectStoreUnavailable } from '../objectStore.ts';
import { reindex } from '../reindex/reindex.ts';
import { HOLDS_PREFIX } from './holdRecords.ts';
import { createHold, isHeld, listHolds, releaseHold } from './holds.ts';

let archive: TestArchive;
let other: { index: pg.Pool; drop(): Promise<void> };
let isFull = false;

beforeAll(async () => {
  archive = await openTestArchive(
    (target) =>
      new Proxy(target, {
        get(from, name) {
          const value: unknown = Reflect.get(from, name, from);
          if (typeof value !== 'function') return value;
          if (name !== 'put') return value.bind(from) as unknown;
          return (...[key, body, metadata]: Parameters<ObjectStore['put']>) =>
            isFull && key.startsWith(HOLDS_PREFIX)
              ? Promise.reject(new ObjectStoreUnavailable('no answer'))
              : target.put(key, body, metadata);
        },
      }),
  );
});
afterAll(() => archive.close());
beforeEach(async () => {
  isFull = false;
  other = await archive.emptyIndex();
});
afterEach(() => other.drop());

async function stored(seed: string, patient = `patient ${seed}`): Promise<FactoryStudy> {
  const study = aCtStudy({ seed, slices: 2, rows: 4, columns: 4, overrides: { PatientID: patient } });
  await archive.store(study.instances.map(({ bytes }) => bytes));
  return study;
}
const hold = (on: { study: string } | { patient: string }, index = archive.index) =>
  createHold(index, archive.objects, { hospital: 'h1', on, reason: '诉讼', until: null, author: PERSON });
const rebuild = () => reindex(other.index, archive.objects, { quietSeconds: 0 });
async function deletion(index: pg.Pool, { studyInstanceUid: study }: FactoryStudy): Promise<string> {
  try {
    const events = await deleteInstances(
      index,
      archive.correcting,
      { study, series: null, instance: null },
      ['h1'],
      { code: 'TEST', text: '' },
    );
    return events.length === 1 ? 'done' : 'nothing';
  } catch (error) {
    if (isHeld(error)) return 'held';
    throw error;
  }
}

test('an index made of the bucket alone holds what was held, says so in its history, and lets it be released', async () => {
  const [kept, freed, patients] = [await stored('kept'), await stored('freed'), await stored('of', 'P-7')];
  const made = await hold({ study: kept.studyInstanceUid });
  const over = await hold({ study: freed.studyInstanceUid });
  await hold({ patient: 'P-7' });
  await releaseHold(archive.index, archive.objects, {
    id: over?.id ?? 0,
    reason: '结案',
    author: PERSON,
    hospitals: null,
  });
  const later = await stored('later of', 'P-7');
  expect(await rebuild()).toMatchObject({ holds: 3, unreadable: [] });
  const all = { hospitals: null, activeOnly: false, before: null, limit: 10 };
  expect(await listHolds(other.index, all)).toEqual(await listHolds(archive.index, all));
  for (const study of [kept, patients, later]) expect(await deletion(other.index, study)).toBe('held');
  expect(await deletion(other.index, freed)).toBe('done');
  const history = async (index: pg.Pool) =>
    readEvents(index, {
      study: kept.studyInstanceUid,
      hospitals: null,
      kinds: null,
      before: null,
      limit: 9,
    });
  expect(await history(other.index)).toEqual(await history(archive.index));
  // Again adds nothing, and numbers go on.
  expect(await rebuild()).toMatchObject({ holds: 0 });
  const next = await hold({ study: kept.studyInstanceUid }, other.index);
  expect(next?.id).toBeGreaterThan(made?.id ?? 0);
});

test('a study that a correction took from a held patient is held in a rebuilt index too', async () => {
  const study = await stored('moves', 'P-8');
  await hold({ patient: 'P-8' });
  const renamed = aCtStudy({
    seed: 'moves',
    slices: 2,
    rows: 4,
    columns: 4,
    overrides: { PatientID: 'P-9' },
  });
  await archive.store(
    renamed.instances.map(({ bytes }) => bytes),
    { author: PERSON },
  );
  await rebuild();
  expect(await deletion(other.index, study)).toBe('held');
});

test('an older copy of the database learns of holds since, though it gave their number to another', async () => {
  const [before, since] = [await stored('before'), await stored('since')];
  await rebuild();
  for (const index of [archive.index, other.index])
    await index.query(`SELECT setval(pg_get_serial_sequence('legal_hold', 'legal_hold_id'), 1000)`);
  const first = await hold({ study: since.studyInstanceUid });
  const second = await hold({ study: before.studyInstanceUid }, other.index);
  expect(second?.id).toBe(first?.id);
  await rebuild();
  for (const study of [before, since]) expect(await deletion(other.index, study)).toBe('held');
});

test('a hold that the bucket cannot take is not set', async () => {
  const study = await stored('not taken');
  isFull = true;
  await expect(hold({ study: study.studyInstanceUid })).rejects.toBeInstanceOf(ObjectStoreUnavailable);
  isFull = false;
  expect(await deletion(archive.index, study)).toBe('done');
});

test('a hold that cannot be read ends the rebuild, so that nothing is let go unnoticed', async () => {
  await archive.objects.put(`${HOLDS_PREFIX}h1/broken`, Buffer.from('{}'), {});
  await expect(rebuild()).rejects.toThrow('holds/h1/broken');
  await archive.objects.delete(`${HOLDS_PREFIX}h1/broken`);
});
