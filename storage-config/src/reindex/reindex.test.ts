import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, anInstance, type FactoryInstance, uidFrom } from '../../../test/factories/index.ts';
import { createHospital } from '../registry/hospitals.ts';
import { decideKeptAside } from '../corrections/keptAside.ts';
import { deleteInstances } from '../corrections/deleteInstances.ts';
import { endedOfStudy, recoverInstances } from '../corrections/recoverInstances.ts';
import { removeFormer } from '../corrections/removeFormer.ts';
import { openTestArchive, PERSON, type TestArchive } from '../corrections/testing.ts';
import { tombstoneObjectKey } from '../objectKeys.ts';
import { orderCopies, REFERRING } from './orderCopies.ts';
import { reindex } from './reindex.ts';

let archive: TestArchive;
let other: { index: pg.Pool; drop(): Promise<void> };
beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());
beforeEach(async () => {
  other = await archive.emptyIndex();
});
afterEach(() => other.drop());

const bytesOf = (instances: readonly FactoryInstance[]) => instances.map((instance) => instance.bytes);
const reason = { code: 'WRONG_DATA', text: '错' } as const;

/** What searches and retrieves can see of an index, without its own numbers and times. */
async function seen(index: pg.Pool) {
  const ask = async (text: string) => (await index.query(text)).rows as unknown[];
  return {
    studies: await ask(
      `SELECT hospital_code, study_instance_uid, patient_name_alphabetic, patient_name_ideographic, patient_id, study_date,
              study_description, modalities, sop_classes, number_of_series, number_of_instances
         FROM study ORDER BY 1, 2`,
    ),
    series: await ask(
      `SELECT s.hospital_code, s.study_instance_uid, e.series_instance_uid, e.modality, e.series_number,
              e.series_description, e.number_of_instances
         FROM series e JOIN study s USING (study_id) ORDER BY 1, 2, 3`,
    ),
    instances: await ask(
      `SELECT hospital_code, sop_instance_uid, object_key, object_size, encode(object_sha256, 'hex'), dataset, pixel_data
         FROM instance ORDER BY 1, 2`,
    ),
    keptAside: await ask(
      `SELECT hospital_code, sop_instance_uid, object_key, reason FROM kept_aside ORDER BY 1, 2, 3`,
    ),
    former: await ask(
      `SELECT hospital_code, sop_instance_uid, object_key, why, study_event_id FROM former_instance
        WHERE recovered_at IS NULL ORDER BY 1, 2, 3`,
    ),
    refused: await ask('SELECT hospital_code, sop_instance_uid FROM refused_instance ORDER BY 1, 2'),
    events: await ask(
      `SELECT study_event_id, hospital_code, study_instance_uid, kind, reason_code, reason_text, author_name, instances,
              created_at
         FROM study_event WHERE kind <> 'removed' ORDER BY 1`,
    ),
  };
}

/** Everything a hospital does to its studies. */
async function live(): Promise<void> {
  const { index, correcting } = archive;
  const remove = (study: string, instance: FactoryInstance | null = null) =>
    deleteInstances(
      index,
      correcting,
      { study, series: instance?.seriesInstanceUid ?? null, instance: instance?.sopInstanceUid ?? null },
      ['h1'],
      reason,
    );
  const study = (seed: string, name?: string) =>
    aCtStudy({ seed, ...(name === undefined ? {} : { overrides: { PatientName: name } }) });

  await archive.store(bytesOf(study('plain').instances));
  await archive.store(bytesOf(study('plain').instances), { hospital: 'h2' });
  const corrected = study('corrected', 'Right^One');
  await archive.store(bytesOf(study('corrected').instances));
  await archive.store(bytesOf(corrected.instances.slice(0, 2)), { author: PERSON });
  const deleted = study('deleted');
  await archive.store(bytesOf(deleted.instances));
  await remove(deleted.studyInstanceUid);
  const partly = study('partly');
  await archive.store(bytesOf(partly.instances));
  await remove(partly.studyInstanceUid, partly.instances[0]);
  const back = study('back');
  await archive.store(bytesOf(back.instances));
  await remove(back.studyInstanceUid);
  await recoverInstances(
    index,
    correcting,
    back.studyInstanceUid,
    endedOfStudy(back.studyInstanceUid),
    null,
    reason,
  );
  const aside = study('aside');
  await archive.store(bytesOf(aside.instances));
  await archive.store(bytesOf(study('aside', 'Other^One').instances));
  const { rows } = await index.query<{ id: number }>('SELECT kept_aside_id AS id FROM kept_aside ORDER BY 1');
  await decideKeptAside(index, correcting, rows[0]!.id, 'accept', reason, null);
  await decideKeptAside(index, correcting, rows[1]!.id, 'discard', reason, null);
  const again = study('again');
  await archive.store(bytesOf(again.instances));
  await remove(again.studyInstanceUid);
  await archive.store(bytesOf(again.instances.slice(0, 1)), { author: PERSON });
  const moved = { SeriesInstanceUID: uidFrom('new series'), StudyInstanceUID: uidFrom('new study') };
  await archive.store([anInstance({}, { seed: 'moves' }).bytes]);
  await archive.store([anInstance(moved, { seed: 'moves' }).bytes]);
  const { rows: last } = await index.query<{ id: number }>('SELECT max(kept_aside_id) AS id FROM kept_aside');
  await decideKeptAside(index, correcting, last[0]!.id, 'accept', reason, null);
}

test('an index made of the bucket alone shows the same, and gives the same bytes', async () => {
  await live();
  const before = await seen(archive.index);
  const report = await reindex(other.index, archive.objects, { quietSeconds: 0 });
  expect(report.unreadable).toEqual([]);
  expect(await seen(other.index)).toEqual(before);
  const { rows } = await other.index.query<{ key: string; sha256: string }>(
    `SELECT object_key AS key, encode(object_sha256, 'hex') AS sha256 FROM instance`,
  );
  for (const { key } of rows)
    expect((await buffer(await archive.objects.get(key))).length).toBeGreaterThan(0);

  // Again adds nothing.
  const second = await reindex(other.index, archive.objects, { quietSeconds: 0 });
  expect(second).toMatchObject({ added: 0, keptAside: 0, former: 0, events: 0 });
  expect(await seen(other.index)).toEqual(before);

  // New events go on after those that came back, and what was deleted can still be recovered.
  const deleted = aCtStudy({ seed: 'deleted' });
  const [event] = await recoverInstances(
    other.index,
    archive.correcting,
    deleted.studyInstanceUid,
    endedOfStudy(deleted.studyInstanceUid),
    null,
    reason,
  );
  const ids = (before.events as { study_event_id: number }[]).map(({ study_event_id }) => study_event_id);
  expect(event!.id).toBeGreaterThan(Math.max(...ids));
  const { rows: count } = await other.index.query(
    'SELECT number_of_instances AS n FROM study WHERE study_instance_uid = $1',
    [deleted.studyInstanceUid],
  );
  expect(count).toEqual([{ n: 3 }]);
  // The other index saw nothing of that, but a rebuild does.
  const third = await archive.emptyIndex();
  await reindex(third.index, archive.objects, { quietSeconds: 0 });
  expect(await seen(third.index)).toEqual(await seen(other.index));
  await third.drop();
  // And so does the first index, which catches up.
  await reindex(archive.index, archive.objects, { quietSeconds: 0 });
  expect((await seen(archive.index)).instances).toEqual((await seen(other.index)).instances);
});

test('of copies of one study the one that was stored first stays in front', async () => {
  const study = aCtStudy({ seed: 'two copies' });
  await archive.store(bytesOf(study.instances), { hospital: 'h2' });
  // Keys tell milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await archive.store(bytesOf(study.instances), { hospital: 'h1' });
  const order = async (index: pg.Pool) =>
    (
      await index.query(
        `SELECT hospital_code, later_copy, number_of_instances,
                (SELECT count(*) FROM instance i JOIN series e USING (series_id) WHERE e.study_id = s.study_id) AS n
           FROM study s WHERE study_instance_uid = $1 ORDER BY study_id`,
        [study.studyInstanceUid],
      )
    ).rows as unknown[];
  const before = await order(archive.index);
  expect(before).toMatchObject([{ hospital_code: 'h2', later_copy: false }, { hospital_code: 'h1' }]);
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  expect(await order(other.index)).toEqual(before);
});

test('a copy that is numbered anew keeps its labels and what was said of its patient, who is looked at again', async () => {
  const { index } = archive;
  const study = aCtStudy({ seed: 'numbered anew' });
  for (const hospital of ['h2', 'h1']) await archive.store(bytesOf(study.instances), { hospital });
  const uid = [study.studyInstanceUid];
  await index.query(
    `INSERT INTO study_apart (study_id, because) SELECT study_id, '{}' FROM study WHERE study_instance_uid = $1`,
    uid,
  );
  await index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '市', '市HR', 'applied', '', '', hospital_code FROM study WHERE study_instance_uid = $1`,
    uid,
  );
  await index.query('DELETE FROM patient_seen');
  await index.query(
    `UPDATE study SET first_stored_at = '2020-01-01' WHERE study_instance_uid = $1 AND hospital_code = 'h1'`,
    uid,
  );
  await orderCopies(index, 0);
  const { rows } = await index.query(
    `SELECT s.hospital_code AS hospital, l.author, l.issuing_hospital AS issuing, a.study_id IS NOT NULL AS apart,
            EXISTS (SELECT FROM patient_seen p WHERE p.study_id = s.study_id) AS seen
       FROM study s LEFT JOIN hr_label l USING (study_id) LEFT JOIN study_apart a USING (study_id)
      WHERE study_instance_uid = $1 ORDER BY study_id`,
    uid,
  );
  expect(rows).toEqual([
    { hospital: 'h1', author: 'h1', issuing: 'h1', apart: true, seen: false },
    { hospital: 'h2', author: 'h2', issuing: 'h2', apart: true, seen: true },
  ]);
});

test('every table that names studies by number follows when one is numbered anew', async () => {
  const { rows } = await other.index.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = 'public' AND column_name = 'study_id' AND table_type = 'BASE TABLE'`,
  );
  // The study itself, labels by their events, patients that are seen again, and studies that are gone.
  const others = ['study', 'hr_label', 'patient_seen', 'former_study'];
  expect(rows.map(({ name }) => name).sort()).toEqual([...REFERRING, ...others].sort());
});

test('an older copy of the database catches up with deletions and corrections made since', async () => {
  for (const code of ['h1', 'h2']) await createHospital(other.index, { code, nameZh: code, nameEn: code });
  const study = aCtStudy({ seed: 'later' });
  await archive.store(bytesOf(study.instances));
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  await archive.store(
    bytesOf(aCtStudy({ seed: 'later', overrides: { PatientName: 'New^Name' } }).instances),
    {
      author: PERSON,
    },
  );
  const gone = aCtStudy({ seed: 'plain' });
  await deleteInstances(
    archive.index,
    archive.correcting,
    { study: gone.studyInstanceUid, series: null, instance: null },
    ['h1'],
    reason,
  );
  const back = aCtStudy({ seed: 'again' });
  await recoverInstances(
    archive.index,
    archive.correcting,
    back.studyInstanceUid,
    endedOfStudy(back.studyInstanceUid),
    null,
    reason,
  );
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  const [mine, theirs] = [await seen(archive.index), await seen(other.index)];
  expect(theirs.studies).toEqual(mine.studies);
  expect(theirs.instances).toEqual(mine.instances);
  expect(theirs.refused).toEqual(mine.refused);
});

test('what was removed for good is known to have been there', async () => {
  await archive.index.query(`UPDATE former_instance SET ended_at = now() - interval '40 days'`);
  expect(await removeFormer(archive.index, archive.objects, 30)).toBeGreaterThan(0);
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  const former = async (index: pg.Pool) =>
    (
      await index.query(
        `SELECT sop_instance_uid, object_key, why, removed_at IS NULL AS kept FROM former_instance
          WHERE recovered_at IS NULL ORDER BY object_key`,
      )
    ).rows as unknown[];
  expect(await former(other.index)).toEqual(await former(archive.index));
  expect((await seen(other.index)).instances).toEqual((await seen(archive.index)).instances);
});

test('a tombstone whose correction was never committed takes nothing away', async () => {
  const study = aCtStudy({ seed: 'killed' });
  await archive.store(bytesOf(study.instances));
  const { rows } = await archive.index.query<{ key: string }>(
    'SELECT object_key AS key FROM instance WHERE sop_instance_uid = $1',
    [study.instances[0]!.sopInstanceUid],
  );
  const key = tombstoneObjectKey({ hospital: 'h1', studyInstanceUid: study.studyInstanceUid });
  const tombstone = {
    format: 1,
    event: {
      id: 1_000_000,
      at: new Date().toISOString(),
      hospital: 'h1',
      studyInstanceUid: study.studyInstanceUid,
      seriesInstanceUid: null,
      sopInstanceUid: null,
      kind: 'corrected',
      reason: { code: 'SENT_AGAIN', text: '' },
      author: PERSON,
      details: {},
    },
    ended: [{ key: rows[0]!.key, why: 'corrected' }],
    current: [rows[0]!.key.replace(/~.*/, '~0-0000000000000000')],
    keptAside: [],
    instances: 1,
    refused: [],
    accepted: [],
  };
  await archive.objects.put(key, Buffer.from(JSON.stringify(tombstone)), {});
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  const { rows: found } = await other.index.query(
    'SELECT number_of_instances AS n FROM study WHERE study_instance_uid = $1',
    [study.studyInstanceUid],
  );
  expect(found).toEqual([{ n: 3 }]);
  await archive.objects.delete(key);
});

test('a tombstone that cannot be read stops the rebuild, for it may say what is deleted', async () => {
  const key = tombstoneObjectKey({ hospital: 'h1', studyInstanceUid: uidFrom('broken') });
  await archive.objects.put(key, Buffer.from('{'), {});
  await expect(reindex(other.index, archive.objects, { quietSeconds: 0 })).rejects.toThrow(key);
  await archive.objects.delete(key);
});
