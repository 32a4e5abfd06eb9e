import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  aCtStudy,
  conflictingPair,
  type FactoryStudy,
  toInstance,
  uidFrom,
} from '../../../test/factories/index.ts';
import { deleteInstances } from '../corrections/deleteInstances.ts';
import { decideKeptAside } from '../corrections/keptAside.ts';
import { recoverInstances, endedOfStudy } from '../corrections/recoverInstances.ts';
import { removeFormer } from '../corrections/removeFormer.ts';
import { openTestArchive, PERSON, type TestArchive } from '../corrections/testing.ts';
import { readEvents } from '../corrections/history.ts';
import { sweepOrphans } from '../sweepOrphans.ts';
import { createHold, isHeld, listHolds, releaseHold } from './holds.ts';
import { readRetention, RetentionNotOver, setRetention } from './retention.ts';

let archive: TestArchive;
let study: FactoryStudy;
let number = 0;

beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());
beforeEach(async () => {
  number += 1;
  study = aCtStudy({ seed: `hold ${number}`, slices: 3, rows: 4, columns: 4 });
  await archive.store(study.instances.map(({ bytes }) => bytes));
});

const hold = (on: { study: string } | { patient: string }, until: string | null = null) =>
  createHold(archive.index, archive.objects, {
    hospital: 'h1',
    on,
    reason: 'court order 7',
    until,
    author: PERSON,
  });
const release = (id: number) =>
  releaseHold(archive.index, archive.objects, { id, reason: 'settled', author: PERSON, hospitals: ['h1'] });
const remove = (code: 'TEST' | 'RETENTION_EXPIRED' = 'TEST') =>
  deleteInstances(
    archive.index,
    archive.correcting,
    { study: study.studyInstanceUid, series: null, instance: null },
    ['h1'],
    { code, text: '' },
  );
const current = async (): Promise<number> => {
  const { rows } = await archive.index.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM instance JOIN study USING (study_id) WHERE study_instance_uid = $1',
    [study.studyInstanceUid],
  );
  return rows[0]?.n ?? 0;
};
const patientOf = async (): Promise<string> => {
  const { rows } = await archive.index.query<{ id: string }>(
    'SELECT patient_id AS id FROM study WHERE study_instance_uid = $1',
    [study.studyInstanceUid],
  );
  return rows[0]?.id ?? '';
};
const outcome = async (work: Promise<unknown>): Promise<'done' | 'held'> => {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (!isHeld(error)) throw error;
    return 'held';
  }
};

test('a held study cannot be deleted until its hold is released, and its history says so', async () => {
  const made = await hold({ study: study.studyInstanceUid });
  expect(made).toMatchObject({ active: true, studies: 1, studyInstanceUid: study.studyInstanceUid });
  expect(await outcome(remove())).toBe('held');
  expect(await current()).toBe(3);
  await release(made?.id ?? 0);
  expect(await outcome(remove())).toBe('done');
  expect(await current()).toBe(0);
  const events = await readEvents(archive.index, {
    study: study.studyInstanceUid,
    hospitals: null,
    kinds: null,
    before: null,
    limit: 10,
  });
  expect(events.map(({ kind }) => kind)).toEqual(['deleted', 'released', 'held']);
});

test('a hold on a patient holds what is there, what comes later, and what a correction gives to another', async () => {
  const patient = await patientOf();
  const made = await hold({ patient });
  const later = aCtStudy({ seed: `hold ${number} later`, slices: 1, rows: 4, columns: 4 });
  await archive.store(later.instances.map(({ bytes }) => bytes));
  await archive.index.query(`UPDATE study SET patient_id = $1 WHERE study_instance_uid = $2`, [
    patient,
    later.studyInstanceUid,
  ]);
  await archive.index.query(`UPDATE study SET patient_id = 'somebody else' WHERE study_instance_uid = $1`, [
    study.studyInstanceUid,
  ]);
  expect(await outcome(remove())).toBe('held');
  study = later;
  expect(await outcome(remove())).toBe('held');
  await release(made?.id ?? 0);
  expect(await outcome(remove())).toBe('done');
});

test('a hold ends after its last day, and one of another hospital holds nothing here', async () => {
  const over = await hold({ study: study.studyInstanceUid }, '2020-01-01');
  expect(over?.active).toBe(false);
  expect(
    await createHold(archive.index, archive.objects, {
      hospital: 'h2',
      on: { study: study.studyInstanceUid },
      reason: 'x',
      until: null,
      author: PERSON,
    }),
  ).toBeNull();
  expect(await outcome(remove())).toBe('done');
});

test('what was deleted before a hold can be recovered, and is not removed for good', async () => {
  await remove();
  const before = await objectCount();
  const made = await hold({ study: study.studyInstanceUid });
  await archive.index.query(
    `UPDATE former_instance SET ended_at = now() - interval '400 days' WHERE study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  await removeFormer(archive.index, archive.objects, 30);
  expect(await objectCount()).toBe(before);
  await recoverInstances(
    archive.index,
    archive.correcting,
    study.studyInstanceUid,
    endedOfStudy(study.studyInstanceUid),
    ['h1'],
    { code: 'MISTAKE', text: '' },
  );
  expect(await current()).toBe(3);
  await release(made?.id ?? 0);
  await remove();
  await archive.index.query(
    `UPDATE former_instance SET ended_at = now() - interval '400 days' WHERE study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  expect(await removeFormer(archive.index, archive.objects, 30)).toBe(3);
});

const objectCount = async (): Promise<number> => {
  let count = 0;
  for await (const { key } of archive.objects.list('')) if (key.includes(study.studyInstanceUid)) count += 1;
  return count;
};

test('objects without rows of a held study are not swept', async () => {
  await archive.index.query(
    'DELETE FROM instance WHERE study_id = (SELECT study_id FROM study WHERE study_instance_uid = $1)',
    [study.studyInstanceUid],
  );
  const made = await hold({ study: study.studyInstanceUid });
  await sweepOrphans(archive.index, archive.objects, -1);
  expect(await objectCount()).toBe(3);
  await release(made?.id ?? 0);
  await sweepOrphans(archive.index, archive.objects, -1);
  expect(await objectCount()).toBe(0);
});

test('what was kept aside of a held study is not discarded, and may be accepted', async () => {
  const [first, other] = conflictingPair(`held ${number}`);
  await archive.store([first.bytes]);
  await archive.store([other.bytes]);
  const { rows } = await archive.index.query<{ id: number; study: string }>(
    `SELECT kept_aside_id AS id, study_instance_uid AS study FROM kept_aside WHERE sop_instance_uid = $1`,
    [first.sopInstanceUid],
  );
  const [kept] = rows;
  await hold({ study: kept?.study ?? '' });
  const decide = (decision: 'accept' | 'discard') =>
    decideKeptAside(
      archive.index,
      archive.correcting,
      kept?.id ?? 0,
      decision,
      { code: 'WRONG_DATA', text: '' },
      null,
    );
  expect(await outcome(decide('discard'))).toBe('held');
  expect(await outcome(decide('accept'))).toBe('done');
  // The version before is history, and stays.
  await archive.index.query(`UPDATE former_instance SET ended_at = now() - interval '400 days'`);
  await removeFormer(archive.index, archive.objects, 30);
  const { rows: former } = await archive.index.query<{ removed: Date | null }>(
    'SELECT removed_at AS removed FROM former_instance WHERE sop_instance_uid = $1',
    [first.sopInstanceUid],
  );
  expect(former.map(({ removed }) => removed)).toEqual([null]);
});

test('a rejection note about a held study is stored, and waits for a person', async () => {
  await hold({ study: study.studyInstanceUid });
  const [one] = study.instances;
  const rejection = toInstance({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59',
    SOPInstanceUID: uidFrom(`held note ${number}`),
    StudyInstanceUID: study.studyInstanceUid,
    SeriesInstanceUID: uidFrom(`held notes ${number}`),
    Modality: 'KO',
    ConceptNameCodeSequence: [
      { CodeValue: '113001', CodingSchemeDesignator: 'DCM', CodeMeaning: 'rejected' },
    ],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: study.studyInstanceUid,
        ReferencedSeriesSequence: [
          {
            SeriesInstanceUID: one?.seriesInstanceUid ?? '',
            ReferencedSOPSequence: [
              {
                ReferencedSOPClassUID: one?.sopClassUid ?? '',
                ReferencedSOPInstanceUID: one?.sopInstanceUid ?? '',
              },
            ],
          },
        ],
      },
    ],
  });
  expect(await archive.store([rejection.bytes], { author: PERSON })).toEqual(['added']);
  expect(await current()).toBe(4);
  const { rows } = await archive.index.query<{ id: number; reason: string }>(
    'SELECT kept_aside_id AS id, reason FROM kept_aside WHERE sop_instance_uid = $1',
    [rejection.sopInstanceUid],
  );
  expect(rows[0]?.reason).toBe('REJECTION_NOTE');
  const accept = decideKeptAside(
    archive.index,
    archive.correcting,
    rows[0]?.id ?? 0,
    'accept',
    { code: 'QUALITY', text: '' },
    null,
  );
  expect(await outcome(accept)).toBe('held');
});

test('another dataset of a held image waits for a person, whoever sends it', async () => {
  await hold({ study: study.studyInstanceUid });
  const changed = aCtStudy({
    seed: `hold ${number}`,
    slices: 3,
    rows: 4,
    columns: 4,
    overrides: { PatientName: 'After^Hold' },
  });
  const sent = await archive.store(
    changed.instances.map(({ bytes }) => bytes),
    { author: PERSON },
  );
  expect(sent).toEqual(['keptAside', 'keptAside', 'keptAside']);
  const { rows } = await archive.index.query(
    'SELECT patient_name_alphabetic AS name FROM study WHERE study_instance_uid = $1',
    [study.studyInstanceUid],
  );
  expect(rows).toEqual([{ name: 'Ceshi^Yi' }]);
});

test('of a hold and a deletion that race, either the hold is first and all stays, or the deleted are held', async () => {
  for (let round = 0; round < 12; round += 1) {
    study = aCtStudy({ seed: `race ${round}`, slices: 3, rows: 4, columns: 4 });
    await archive.store(study.instances.map(({ bytes }) => bytes));
    const [made, deleted] = await Promise.all([
      round % 2 === 0 ? hold({ study: study.studyInstanceUid }) : hold({ patient: await patientOf() }),
      outcome(remove()),
    ]);
    expect(made?.active).toBe(true);
    if (deleted === 'held') expect(await current()).toBe(3);
    else {
      await archive.index.query(
        `UPDATE former_instance SET ended_at = now() - interval '400 days' WHERE study_instance_uid = $1`,
        [study.studyInstanceUid],
      );
      await removeFormer(archive.index, archive.objects, 30);
    }
    expect(await objectCount()).toBeGreaterThanOrEqual(3);
  }
});

test('holds are listed by hospital, the active ones apart', async () => {
  const made = await hold({ study: study.studyInstanceUid });
  const all = await listHolds(archive.index, {
    hospitals: ['h1'],
    activeOnly: false,
    before: null,
    limit: 100,
  });
  expect(all[0]?.id).toBe(made?.id);
  expect(
    await listHolds(archive.index, { hospitals: ['h2'], activeOnly: false, before: null, limit: 5 }),
  ).toEqual([]);
  await release(made?.id ?? 0);
  expect(await release(made?.id ?? 0)).toBeNull();
  const active = await listHolds(archive.index, {
    hospitals: null,
    activeOnly: true,
    before: null,
    limit: 100,
  });
  expect(active.map(({ id }) => id)).not.toContain(made?.id);
});

test('nothing goes for the reason that its time is over while it is not', async () => {
  await expect(remove('RETENTION_EXPIRED')).rejects.toBeInstanceOf(RetentionNotOver);
  const date = (studyDate: string) =>
    archive.index.query('UPDATE study SET study_date = $2 WHERE study_instance_uid = $1', [
      study.studyInstanceUid,
      studyDate,
    ]);
  const asItCame = `${new Date().getFullYear() + 30}-12-31`;
  // No such day, before there were X-rays, after the study came.
  for (const mistaken of ['00000101', '10240229', '99991231']) {
    await date(mistaken);
    await expect(remove('RETENTION_EXPIRED')).rejects.toMatchObject({ until: asItCame });
    expect((await readRetention(archive.index, ['h1']))[0]?.ended).toBe(0);
  }
  await date('19800101');
  await setRetention(archive.index, { hospital: 'h1', outpatientYears: 20, inpatientYears: 100 }, 'li');
  await expect(remove('RETENTION_EXPIRED')).rejects.toMatchObject({ until: '2080-12-31' });
  await setRetention(archive.index, { hospital: 'h1', outpatientYears: 15, inpatientYears: 30 }, 'li');
  const report = await readRetention(archive.index, ['h1']);
  expect(report[0]).toMatchObject({ hospital: 'h1', inpatientYears: 30 });
  expect(report[0]?.ended).toBeGreaterThanOrEqual(1);
  expect(await outcome(remove('RETENTION_EXPIRED'))).toBe('done');
});
