import { readPart10 } from '@hutong/dicom';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, anInstance, conflictingPair, uidFrom } from '../../../test/factories/index.ts';
import { openTestArchive, type TestArchive } from '../corrections/testing.ts';
import { instanceObjectKey } from '../objectKeys.ts';
import { addNewOnes } from './addInstances.ts';
import { indexRows } from './indexRows.ts';

let archive: TestArchive;

beforeAll(async () => {
  archive = await openTestArchive();
});
afterAll(() => archive.close());
beforeEach(async () => {
  await archive.index.query('TRUNCATE study, kept_aside, change, outbox, refused_instance CASCADE');
});

const bytesOf = (study: ReturnType<typeof aCtStudy>): Uint8Array[] =>
  study.instances.map(({ bytes }) => bytes);

async function counts() {
  const { rows } = await archive.index.query<Record<string, unknown>>(
    `SELECT number_of_series AS series, number_of_instances AS instances, revision, conformance_revision AS conformance,
            modalities, cardinality(sop_classes) AS classes,
            (SELECT count(*)::int FROM instance i WHERE i.study_id = s.study_id) AS rows,
            (SELECT count(*)::int FROM series e WHERE e.study_id = s.study_id) AS series_rows,
            (SELECT sum(cardinality(sop_instance_uids))::int FROM change c
              WHERE c.study_instance_uid = s.study_instance_uid) AS changes,
            (SELECT count(*)::int FROM outbox o WHERE o.study_id = s.study_id) AS waiting
       FROM study s ORDER BY study_instance_uid`,
  );
  return rows;
}

test('a batch of several studies and series is counted in each, and raises each revision once', async () => {
  const [one, other] = [aCtStudy({ seed: 'one' }), aCtStudy({ seed: 'other' })];
  const mr = anInstance(
    {
      StudyInstanceUID: one.studyInstanceUid,
      SeriesInstanceUID: uidFrom('second series'),
      SOPInstanceUID: uidFrom('of the second series'),
      Modality: 'MR',
    },
    { seed: 'one' },
  );
  const added = await archive.store([...bytesOf(other), ...bytesOf(one), mr.bytes]);
  expect(new Set(added)).toEqual(new Set(['added']));
  const base = { revision: 1, conformance: 1, classes: 1, waiting: 1 };
  const [n, m] = [one.instances.length, other.instances.length];
  expect(await counts()).toHaveLength(2);
  expect(await counts()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ...base,
        series: 2,
        series_rows: 2,
        instances: n + 1,
        rows: n + 1,
        changes: n + 1,
        modalities: ['CT', 'MR'],
      }),
      expect.objectContaining({ ...base, series: 1, instances: m, rows: m, changes: m, modalities: ['CT'] }),
    ]),
  );
});

test('of a batch that is known in part, only what is new is counted', async () => {
  const study = aCtStudy({ seed: 'in part' });
  const [first, ...rest] = bytesOf(study);
  await archive.store([first!]);
  expect(await archive.store([first!, ...rest])).toEqual(['known', ...rest.map(() => 'added')]);
  const n = study.instances.length;
  expect(await counts()).toMatchObject([{ series: 1, instances: n, rows: n, changes: n, revision: 2 }]);
});

test('one UID twice in a batch, or known in another dataset, leaves no trace of its own in the counts', async () => {
  const [first, other] = conflictingPair('twice');
  expect(await archive.store([first.bytes, other.bytes])).toEqual(['added', 'keptAside']);
  expect(await archive.store([other.bytes])).toEqual(['keptAsideBefore']);
  expect(await counts()).toMatchObject([{ instances: 1, rows: 1, changes: 1, revision: 1 }]);
});

test('batches that race for the same instances add each once', async () => {
  const studies = ['a', 'b', 'c'].map((seed) => aCtStudy({ seed: `race ${seed}` }));
  const all = studies.flatMap(bytesOf);
  const results = await Promise.all([
    archive.store(all),
    archive.store(all.toReversed()),
    archive.store(bytesOf(studies[1]!)),
  ]);
  const added = results.flat().filter((as) => as === 'added');
  expect(added).toHaveLength(all.length);
  expect(results.flat().filter((as) => as !== 'added' && as !== 'known')).toEqual([]);
  for (const row of await counts())
    expect(row).toMatchObject({ series: 1, instances: row.rows, changes: row.rows });
});

const rowsOf = (bytes: Uint8Array) => {
  const read = readPart10(bytes);
  return indexRows(read, instanceObjectKey({ hospital: 'h1', ...read.identity }));
};

/** Adds one instance after the other, each in the same transaction, which is rolled back. */
async function addEach(
  study: ReturnType<typeof aCtStudy>,
  quietSeconds: number,
  seen: (ask: (text: string) => Promise<Record<string, unknown>>) => Promise<void>,
): Promise<void> {
  const client = await archive.index.connect();
  try {
    await client.query('BEGIN');
    for (const bytes of bytesOf(study)) {
      await addNewOnes(client, { hospital: 'h1', quietSeconds, instances: [rowsOf(bytes)] });
      await seen(async (text) => (await client.query<Record<string, unknown>>(text)).rows[0] ?? {});
    }
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test('storing into a study leaves the indexes of its row alone', async () => {
  const updates: Record<string, number>[] = [];
  await addEach(aCtStudy({ seed: 'hot', slices: 5 }), 0, async (ask) => {
    const counted = await ask(
      `SELECT pg_stat_get_xact_tuples_updated(oid)::int AS done, pg_stat_get_xact_tuples_hot_updated(oid)::int AS hot
         FROM pg_class WHERE oid = 'study'::regclass`,
    );
    updates.push(counted as Record<string, number>);
  });
  // What the connection did in the second before is counted too. The first instance makes modalities and waiting known.
  const [first, last] = [updates[0]!, updates.at(-1)!];
  expect(first['done']).toBeGreaterThanOrEqual(1);
  expect({ done: last['done']! - first['done']!, hot: last['hot']! - first['hot']! }).toEqual({
    done: 4,
    hot: 4,
  });
});

test('a study is judged when nothing came for the quiet time, which is not counted anew at every instance', async () => {
  const waiting: Record<string, unknown>[] = [];
  await addEach(aCtStudy({ seed: 'quiet', slices: 4 }), 100, async (ask) => {
    waiting.push(
      await ask(
        `SELECT extract(epoch FROM available_at - now())::float8 AS seconds, ctid::text AS version FROM outbox`,
      ),
    );
    const aged = waiting.length === 2 ? 101 : 99;
    if (waiting.length > 1)
      await ask(`UPDATE outbox SET available_at = now() + interval '${aged} seconds' RETURNING 1 AS done`);
  });
  expect(waiting.map(({ seconds }) => Math.round(Number(seconds)))).toEqual([110, 110, 101, 110]);
  expect(waiting[1]).toEqual(waiting[0]);
});

test('what a study is searched by follows its attributes, whatever else of it changes', async () => {
  const [instance] = aCtStudy({ seed: 'searched' }).instances;
  await archive.store([instance!.bytes]);
  const search = async () => {
    const { rows } = await archive.index.query<{ folded: string[]; words: string; moment: string }>(
      `SELECT patient_name_folded AS folded, patient_name_words::text AS words, study_moment AS moment,
              study_date || study_time AS date FROM study`,
    );
    return rows[0]!;
  };
  const stored = await search();
  expect(stored.words).toContain("'^");
  expect(stored).toMatchObject({ moment: (stored as unknown as { date: string }).date });
  await archive.index.query(
    `UPDATE study SET patient_name_words = '', study_moment = 'x', patient_name_folded = '{}'`,
  );
  expect(await search()).toEqual(stored);
  await archive.index.query(
    `UPDATE study SET patient_name_alphabetic = 'Ōno^Ken', study_date = '20200102', revision = 9`,
  );
  const changed = await search();
  expect(changed.folded[0]).toBe('ONO^KEN');
  expect(changed.words).toContain("'^ONO'");
  expect(changed.moment.startsWith('20200102')).toBe(true);
});
