import { readPart10 } from '@hutong/dicom';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, anInstance, SOP_CLASS, uidFrom } from '../../../test/factories/index.ts';
import { deleteInstances } from '../corrections/deleteInstances.ts';
import { openTestArchive, type TestArchive } from '../corrections/testing.ts';
import { inTransaction } from '../database.ts';
import { instanceObjectKey } from '../objectKeys.ts';
import { createHospital } from '../registry/hospitals.ts';
import { addSearchAttribute } from '../searchAttributes/registry.ts';
import { addToSeries, isKnownSeries, knowSeries } from './addToSeries.ts';
import { indexBatch } from './indexBatch.ts';
import { indexInstances } from './indexInstances.ts';
import { indexRows } from './indexRows.ts';

let archive: TestArchive;
let other: { index: pg.Pool; drop(): Promise<void> };

const EMPTY = 'TRUNCATE study, kept_aside, change, outbox, refused_instance, search_attribute CASCADE';

beforeAll(async () => {
  archive = await openTestArchive();
  other = await archive.emptyIndex();
  await createHospital(other.index, { code: 'h1', nameZh: 'h1', nameEn: 'h1' });
});
afterAll(async () => {
  await other.drop();
  await archive.close();
});
beforeEach(async () => {
  await archive.index.query(EMPTY);
  await other.index.query(EMPTY);
});

const rowsOf = (bytes: Uint8Array) => {
  const read = readPart10(bytes);
  return indexRows(read, instanceObjectKey({ hospital: 'h1', ...read.identity }));
};
type Rows = ReturnType<typeof rowsOf>;

const study = (seed: string, slices: number): Rows[] =>
  aCtStudy({ seed, slices }).instances.map(({ bytes }) => rowsOf(bytes));

const store = (instances: readonly Rows[], index = archive.index) =>
  indexInstances({ index, hospital: 'h1', quietSeconds: 100 }, instances);

async function add(instances: readonly Rows[], hospital = 'h1') {
  const client = await archive.index.connect();
  try {
    const kept = await addToSeries(client, { hospital, quietSeconds: 100, instances });
    return kept?.get(instances[0]!.study.study_instance_uid) ?? null;
  } finally {
    client.release();
  }
}

/** All that stores write, but for ids, instants, and the order of UIDs in a change. */
async function written(index: pg.Pool): Promise<unknown[]> {
  const NOT_COMPARED = `'{study_id,series_id,instance_id,change_id,id,at,stored_at,first_stored_at,last_stored_at,created_at,stored_second,object_key}'::text[]`;
  const tables = {
    study: 'study_instance_uid',
    series: 'series_instance_uid',
    instance: 'sop_instance_uid',
    change: 'change_id',
    outbox: 'topic, study_id',
  };
  const all: unknown[] = [];
  for (const [table, order] of Object.entries(tables)) {
    const { rows } = await index.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) - ${NOT_COMPARED} || jsonb_build_object(
                'waits', round(extract(epoch FROM (to_jsonb(t) ->> 'available_at')::timestamptz - now()) / 10)) AS row
         FROM ${table} t ORDER BY ${order}`,
    );
    all.push([
      table,
      ...rows.map(({ row: { available_at: _, sop_instance_uids: uids, ...row } }) => ({
        ...row,
        uids: (uids as string[] | undefined)?.toSorted(),
      })),
    ]);
  }
  return all;
}

const counts = async () => {
  const { rows } = await archive.index.query<Record<string, unknown>>(
    `SELECT number_of_series AS series, number_of_instances AS instances, revision,
            (SELECT count(*)::int FROM instance i WHERE i.study_id = s.study_id) AS rows,
            (SELECT sum(e.number_of_instances)::int FROM series e WHERE e.study_id = s.study_id) AS of_series
       FROM study s ORDER BY study_instance_uid`,
  );
  return rows;
};

test('instances of a series that is there are written as those of any batch are', async () => {
  const one = study('one', 6);
  const like = (seed: string, attributes: Record<string, string>): Rows =>
    rowsOf(
      anInstance(
        {
          StudyInstanceUID: one[0]!.study.study_instance_uid,
          SeriesInstanceUID: one[0]!.series.series_instance_uid,
          SOPInstanceUID: uidFrom(seed),
          ...attributes,
        },
        { seed: 'one' },
      ).bytes,
    );
  const bare = like('bare', {});
  bare.instance.pixel_data = null;
  bare.instance.bulk_data = null;
  bare.instance.instance_number = null;
  const batches = [
    one.slice(0, 1),
    one.slice(1, 2),
    one.slice(2, 6).toReversed(),
    [bare],
    [like('named', { PatientID: 'an"other,\\{}', StudyDescription: 'NULL' })],
    [like('class', { SOPClassUID: SOP_CLASS.MR, Modality: 'MR' }), like('class too', {})],
    [{ ...like('report', {}), acquired: false }],
  ];
  for (const [i, batch] of batches.entries()) {
    expect(isKnownSeries(archive.index, { hospital: 'h1', quietSeconds: 0, instances: batch })).toBe(i > 0);
    const stored = await store(batch);
    const usual = await inTransaction(other.index, (client) =>
      indexBatch(client, { hospital: 'h1', quietSeconds: 100, corrections: null, rebuilding: false }, batch),
    );
    expect(stored.results.map(({ as }) => as)).toEqual(usual.outcomes);
    expect(stored.differingColumns).toEqual(usual.differingColumns);
    expect(await written(archive.index)).toEqual(await written(other.index));
  }
});

test('the attributes of the study come back where they differ', async () => {
  const [first, second, third] = study('differs', 3);
  await store([first!]);
  expect(await add([second!])).toEqual(first!.study);
  await archive.index.query(`UPDATE study SET patient_name_alphabetic = 'X^Y', patient_name_pinyin = NULL`);
  expect(await add([third!])).toEqual({
    ...first!.study,
    patient_name_alphabetic: 'X^Y',
    patient_name_pinyin: null,
  });
});

test('what is not new, or has no series to be added to, is not added', async () => {
  const [first, second, third, fourth] = study('refused', 4);
  expect(await add([first!])).toBeNull();
  await store([first!, second!]);
  const before = await written(archive.index);
  expect(await add([third!], 'h2')).toBeNull();
  expect(await add([third!, second!])).toBeNull();
  const elsewhere = {
    ...third!,
    series: { ...third!.series, series_instance_uid: uidFrom('no such series') },
  };
  await expect(add([elsewhere])).rejects.toMatchObject({ code: 'HT001' });
  const { rows } = await archive.index.query<{ id: string }>(
    `INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id)
     VALUES ('h1', '1.2', 'deleted', 'QUALITY', 'person', 'li') RETURNING study_event_id AS id`,
  );
  await archive.index.query(`INSERT INTO refused_instance VALUES ('h1', $1, $2)`, [
    fourth!.instance.sop_instance_uid,
    rows[0]!.id,
  ]);
  await expect(add([fourth!])).rejects.toMatchObject({ code: 'HT001' });
  await expect(add([third!, fourth!])).rejects.toMatchObject({ code: 'HT001' });
  expect(await written(archive.index)).toEqual(before);
  const stored = await store([third!, fourth!, first!]);
  expect(stored.results.map(({ as }) => as)).toEqual(['added', 'refused', 'known']);
  expect(await counts()).toEqual([{ series: 1, instances: 3, revision: 2, rows: 3, of_series: 3 }]);
});

test('while an attribute is searchable, its values are stored with each instance', async () => {
  const [first, second] = study('searchable', 2);
  await store([first!]);
  await addSearchAttribute(archive.index, { tag: '00180015', creator: '', vr: 'CS', level: 'series' });
  expect(await add([second!])).toBeNull();
  await store([second!]);
  const { rows } = await archive.index.query('SELECT FROM searchable_value');
  expect(rows).toHaveLength(1);
});

test('a study that was deleted meanwhile is added anew', async () => {
  const batches = study('deleted', 4);
  await store(batches.slice(0, 2));
  await archive.index.query('DELETE FROM study');
  expect((await store(batches.slice(2, 3))).results).toMatchObject([{ as: 'added' }]);
  await archive.index.query('DELETE FROM series');
  await archive.index.query('UPDATE study SET number_of_instances = 0, number_of_series = 0');
  expect((await store(batches.slice(3))).results).toMatchObject([{ as: 'added' }]);
  expect(await counts()).toMatchObject([{ series: 1, instances: 1, rows: 1, of_series: 1 }]);
});

test('a series whose instances were all taken counts again', async () => {
  const batches = study('empty', 2);
  await store(batches.slice(0, 1));
  await archive.index.query(`DELETE FROM instance`);
  await archive.index.query(`UPDATE series SET number_of_instances = 0`);
  await archive.index.query(
    `UPDATE study SET number_of_instances = 0, number_of_series = 0, modalities = '{}', sop_classes = '{}'`,
  );
  expect(await add(batches.slice(1))).toEqual(batches[1]!.study);
  const { rows } = await archive.index.query('SELECT modalities, sop_classes FROM study');
  expect(rows).toEqual([{ modalities: ['CT'], sop_classes: [batches[1]!.instance.sop_class_uid] }]);
  expect(await counts()).toMatchObject([{ series: 1, instances: 1, rows: 1, of_series: 1 }]);
});

test('a store waits for a deletion of its study, and sees what was refused by it', async () => {
  const [first, second, third] = study('behind', 3);
  await store([first!, second!]);
  const client = await archive.index.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM study FOR UPDATE');
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id)
     VALUES ('h1', '1.2', 'deleted', 'QUALITY', 'person', 'li') RETURNING study_event_id AS id`,
  );
  await client.query(`INSERT INTO refused_instance VALUES ('h1', $1, $2)`, [
    third!.instance.sop_instance_uid,
    rows[0]!.id,
  ]);
  const storing = store([third!]);
  await expect
    .poll(async () => {
      const waiting = await archive.index.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.rowCount;
    })
    .toBe(1);
  await client.query('COMMIT');
  client.release();
  expect((await storing).results).toMatchObject([{ as: 'refused' }]);
  expect(await counts()).toMatchObject([{ instances: 2, rows: 2, revision: 1 }]);
});

test('stores and deletions of one study that race leave counts that are right', async () => {
  const all = study('race', 60);
  const path = { study: all[0]!.study.study_instance_uid, series: null, instance: null };
  const outcomes = await Promise.all(
    all.flatMap((rows, i) => {
      const stored = store(i % 3 === 0 ? [rows, all[(i + 7) % 60]!] : [rows]);
      return i % 20 === 10
        ? [
            stored,
            deleteInstances(archive.index, archive.correcting, path, null, { code: 'QUALITY', text: '' }),
          ]
        : [stored];
    }),
  );
  const failed = outcomes
    .flatMap((done) => ('results' in done ? done.results : []))
    .filter(({ as }) => as === 'failed');
  expect(failed).toEqual([]);
  for (const row of await counts())
    expect(row).toMatchObject({ series: 1, instances: row['rows'], of_series: row['rows'] });
});

test('of the series that were stored into, the latest are remembered', () => {
  const { index } = other;
  const [first] = study('remembered', 1);
  const of = (series: number) => ({
    hospital: 'h1',
    quietSeconds: 0,
    instances: [{ ...first!, series: { ...first!.series, series_instance_uid: `1.${series}` } }],
  });
  for (let i = 0; i < 1001; i += 1) knowSeries(index, of(i));
  expect(isKnownSeries(index, of(0))).toBe(false);
  expect(isKnownSeries(index, of(1))).toBe(true);
  expect(isKnownSeries(index, { ...of(1), hospital: 'h2' })).toBe(false);
  const both = { ...of(1), instances: [...of(1).instances, ...of(2).instances] };
  expect(isKnownSeries(index, both)).toBe(false);
});
