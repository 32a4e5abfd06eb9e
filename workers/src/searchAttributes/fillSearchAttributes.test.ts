import {
  addSearchAttribute,
  inTransaction,
  listSearchAttributes,
  markSent,
  recordPatientCorrection,
  takeUnsent,
} from '@hutong/storage-config';
import pino from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestArchive, type TestArchive } from '../../../storage-config/src/corrections/testing.ts';
import { aCtStudy } from '../../../test/factories/index.ts';
import { correctStudy } from '../patientCorrections/correctStudy.ts';
import { startSearchAttributes } from './fillSearchAttributes.ts';

let archive: TestArchive;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());

const models = async (): Promise<unknown[]> =>
  (
    await archive.index.query<{ value: string; object_key: string }>(
      `SELECT v.value, i.object_key FROM searchable_value v JOIN instance i USING (instance_id) ORDER BY i.instance_number`,
    )
  ).rows;

test('workers read what is stored, and objects written anew for a patient keep their values', async () => {
  const study = aCtStudy({ seed: 'searchable' });
  await archive.store(study.instances.map(({ bytes }) => bytes));
  const key = { tag: '00081090', creator: '', vr: 'LO', level: 'series' } as const;
  await addSearchAttribute(archive.index, key);
  const loop = startSearchAttributes(archive.index, log);
  try {
    await vi.waitFor(
      async () =>
        expect(await listSearchAttributes(archive.index)).toMatchObject([{ ...key, ready: true, filled: 3 }]),
      { timeout: 20_000, interval: 100 },
    );
  } finally {
    await loop.stop();
  }
  const before = await models();
  expect(before).toMatchObject(study.instances.map(() => ({ value: 'uCT 760' })));

  const request = {
    kind: 'patientAttributes',
    patient: { patientId: 'P-searchable' },
    values: { patientSex: 'M' },
  } as const;
  await recordPatientCorrection(archive.index, archive.correcting, 'h1', request, {
    code: 'WRONG_DATA',
    text: '',
  });
  const events = await inTransaction(archive.index, async (client) => {
    await client.query('UPDATE outbox SET available_at = now()');
    const taken = await takeUnsent(client, 100);
    await markSent(
      client,
      taken.map(({ id }) => id),
    );
    return taken.filter(({ topic }) => topic === 'study.patientCorrection');
  });
  expect(events).toHaveLength(1);
  const parts = { index: archive.index, objects: archive.objects, config: { quietSeconds: 0 }, log };
  for (const { id, studyId } of events) await correctStudy(parts, { outboxId: id, studyId });
  const after = await models();
  expect(after).toMatchObject(study.instances.map(() => ({ value: 'uCT 760' })));
  expect(after).not.toEqual(before);
});
