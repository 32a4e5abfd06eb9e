import { defaultCatalogue, ENGINE_VERSION, summarizeStudy } from '@hutong/conformance';
import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';
import {
  CatalogueReader,
  changeCatalogueState,
  createHospital,
  importCatalogue,
  inTransaction,
  markSent,
  publishStudyChanged,
  orderMessage,
  recordQualification,
  saveOrders,
  takeUnsent,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type JudgeParts, judgeStudy } from './judgeStudy.ts';
import { reevaluateStep } from '../reevaluation/reevaluateStep.ts';
import { readStudy } from './readStudy.ts';
import { saveConformance } from './saveConformance.ts';

// A chest radiograph in one view is the smallest study that the catalogue can name and judge.
const lines: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
const SCOPE = '龙南市';
const PATIENT = 'Zhang^San=张^三';

let database: TestDatabase;
let parts: JudgeParts;
beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, { code: 'h1', nameZh: '一院', nameEn: 'First' });
  parts = {
    index: database.pool,
    config: { settledHours: 6, regionName: SCOPE, regionCode: '451200' },
    catalogues: new CatalogueReader(),
    log,
  };
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE study, qualification, conformance_result, hr_label_event CASCADE');
  lines.length = 0;
});

const attribute = (vr: string, ...Value: unknown[]): DicomJsonAttribute => ({ vr, Value });

/** The header of a chest radiograph. */
function chestImage(study: string, n: number, over: DicomJson = {}): DicomJson {
  return {
    '00080008': attribute('CS', 'ORIGINAL', 'PRIMARY'),
    '00080016': attribute('UI', '1.2.840.10008.5.1.4.1.1.1.1'),
    '00080018': attribute('UI', `${study}.1.${n}`),
    '00080020': attribute('DA', '20260301'),
    '00080060': attribute('CS', 'DX'),
    '00080068': attribute('CS', 'FOR PRESENTATION'),
    '00081030': attribute('LO', '胸部正位 DR'),
    '00100010': attribute('PN', { Alphabetic: PATIENT }),
    '00180015': attribute('CS', 'CHEST'),
    '00185101': attribute('CS', 'PA'),
    '0020000D': attribute('UI', study),
    '0020000E': attribute('UI', `${study}.1`),
    '00200020': attribute('CS', 'L', 'F'),
    '00280010': attribute('US', 2000),
    '00280011': attribute('US', 2000),
    ...over,
  };
}

let studies = 0;

/** Stores instances as the gateway does: rows, revision and outbox in one transaction. Returns the study's id. */
async function store(
  images: (study: string) => DicomJson[],
  study = `1.2.3.${(studies += 1)}`,
): Promise<number> {
  return inTransaction(database.pool, async (client) => {
    const { rows } = await client.query<{ study_id: number }>(
      `INSERT INTO study (hospital_code, study_instance_uid, study_date, conformance_revision)
       VALUES ('h1', $1, '20260301', 1)
       ON CONFLICT (hospital_code, study_instance_uid) DO UPDATE
          SET conformance_revision = study.conformance_revision + 1, last_stored_at = now()
       RETURNING study_id`,
      [study],
    );
    const studyId = rows[0]!.study_id;
    for (const image of images(study)) {
      await client.query(
        `WITH of_series AS (
           INSERT INTO series (study_id, hospital_code, series_instance_uid) VALUES ($1, 'h1', $2)
           ON CONFLICT (study_id, series_instance_uid) DO UPDATE SET revision = series.revision + 1
           RETURNING series_id)
         INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
                               object_key, object_size, object_sha256, dataset_sha256, dataset)
         SELECT series_id, $1, 'h1', $3, '', '', '', 0, '', '', $4 FROM of_series`,
        [studyId, image['0020000E']!.Value![0], image['00080018']!.Value![0], JSON.stringify(image)],
      );
    }
    await publishStudyChanged(client, studyId, 0);
    return studyId;
  });
}

/** Takes what is due as the relay does. */
const due = (): Promise<{ outboxId: number; studyId: number | null }[]> =>
  inTransaction(database.pool, async (client) => {
    const events = await takeUnsent(client, 100);
    await markSent(
      client,
      events.map(({ id }) => id),
    );
    return events.map(({ id, studyId }) => ({ outboxId: id, studyId }));
  });

const judgeDue = async (): Promise<void> => {
  for (const job of await due()) await judgeStudy(parts, job);
};

const results = async (): Promise<{ revision: number; settled: boolean; result: { results: unknown[] } }[]> =>
  (
    await database.pool.query<{ revision: number; settled: boolean; result: { results: unknown[] } }>(
      'SELECT revision, settled, result FROM conformance_result ORDER BY conformance_result_id',
    )
  ).rows;
const labels = async (): Promise<{ text: string; state: string; item_code: string }[]> =>
  (
    await database.pool.query<{ text: string; state: string; item_code: string }>(
      'SELECT text, state, item_code FROM hr_label_event ORDER BY hr_label_event_id',
    )
  ).rows;
const open = async (): Promise<{ topic: string; seconds: number }[]> =>
  (
    await database.pool.query<{ topic: string; seconds: number }>(
      `SELECT topic, extract(epoch FROM available_at - now())::float8 AS seconds FROM outbox WHERE done_at IS NULL`,
    )
  ).rows;
const items = async (): Promise<{ item_code: string; verdict: string }[]> =>
  (
    await database.pool.query<{ item_code: string; verdict: string }>(
      'SELECT item_code, verdict FROM study_item',
    )
  ).rows;

async function qualify(itemCode: string): Promise<void> {
  await recordQualification(database.pool, {
    hospitalCode: 'h1',
    itemCode,
    scope: SCOPE,
    evaluatedAt: '2026-01-01',
    validUntil: '2027-01-01',
    result: 'passed',
  });
}

test('a new result and new labels are noted in the change feed, and the same again is not', async () => {
  await database.pool.query('TRUNCATE change');
  const noted = async (): Promise<string[]> =>
    (await database.pool.query<{ action: string }>('SELECT action FROM change ORDER BY change_id')).rows.map(
      ({ action }) => action,
    );
  const studyId = await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  expect(await noted()).toEqual(['judged']);
  for (const { item_code } of await items()) await qualify(item_code);
  await publishStudyChanged(database.pool, studyId, 0);
  await judgeDue();
  expect(await noted()).toEqual(['judged', 'labelled']);
  await publishStudyChanged(database.pool, studyId, 0);
  await judgeDue();
  expect(await noted()).toEqual(['judged', 'labelled']);
});

test('a quiet study gets one result with its verdicts, and is looked at again when settled', async () => {
  await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  const [result, ...more] = await results();
  expect(more).toEqual([]);
  expect(result).toMatchObject({ revision: 1, settled: false, result: { engineVersion: ENGINE_VERSION } });
  const judged = await items();
  expect(judged).toHaveLength(1);
  expect(result!.result.results).toMatchObject([
    { itemCode: judged[0]!.item_code, verdict: judged[0]!.verdict },
  ]);
  const [settled, ...others] = await open();
  expect(others).toEqual([]);
  expect(settled!.topic).toBe('study.settled');
  expect(settled!.seconds).toBeGreaterThan(5.9 * 3600);
  expect(settled!.seconds).toBeLessThan(6.1 * 3600);
});

test('once settled a study is judged a last time', async () => {
  await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  await database.pool.query(`UPDATE study SET last_stored_at = now() - interval '7 hours'`);
  await database.pool.query('UPDATE outbox SET available_at = now() WHERE sent_at IS NULL');
  await judgeDue();
  expect(await results()).toMatchObject([{ settled: false }, { revision: 1, settled: true }]);
  expect(await open()).toEqual([]);
});

test('a result and the end of its outbox row stand or fall together', async () => {
  const studyId = await store((study) => [chestImage(study, 1)]);
  const [job] = await due();
  await database.pool.query(`ALTER TABLE study_item ADD CONSTRAINT broken CHECK (false) NOT VALID`);
  await expect(judgeStudy(parts, job!)).rejects.toThrow();
  expect(await results()).toEqual([]);
  expect(await open()).toMatchObject([{ topic: 'study.changed' }]);
  await database.pool.query('ALTER TABLE study_item DROP CONSTRAINT broken');
  await judgeStudy(parts, job!);
  expect(await results()).toHaveLength(1);
  expect(studyId).toBe(job!.studyId);
});

test('however often and however parallel a job is delivered, there is one result and one label', async () => {
  await store((study) => [chestImage(study, 1), chestImage(study, 2, { '00185101': attribute('CS', 'LL') })]);
  await judgeDue();
  const [item] = await items();
  await qualify(item!.item_code);
  await database.pool.query(`UPDATE study SET last_stored_at = now() - interval '7 hours'`);
  await database.pool.query('TRUNCATE conformance_result, study_judgement, study_item, hr_label_event');
  await database.pool.query('UPDATE outbox SET done_at = NULL');
  const jobs = (
    await database.pool.query<{ id: number; study_id: number }>('SELECT id, study_id FROM outbox')
  ).rows;
  const deliveries = [...jobs, ...jobs, ...jobs].map(({ id, study_id }) =>
    judgeStudy(parts, { outboxId: id, studyId: study_id }),
  );
  await Promise.all(deliveries);
  expect(await results()).toHaveLength(1);
  expect(await items()).toHaveLength(1);
  expect(await labels()).toHaveLength(1);
});

test('a study that changes while it is judged is left to the event of the change', async () => {
  const study = '1.2.3.999';
  const studyId = await store((uid) => [chestImage(uid, 1)], study);
  const [job] = await due();
  const read = await readStudy(database.pool, studyId, 6);
  await store((uid) => [chestImage(uid, 2)], study);
  const conformance = {
    engineVersion: ENGINE_VERSION,
    catalogue: { id: 'x', version: '1' },
    settled: false,
    results: [],
    series: [],
  };
  const outcome = await inTransaction(database.pool, (client) =>
    saveConformance(client, {
      study: read!,
      conformance,
      choice: 'inForce',
      summarized: { summary: summarizeStudy([]), toKeep: null },
      exams: [],
      mappings: [],
      outboxId: job!.outboxId,
      scope: SCOPE,
    }),
  );
  expect(outcome).toBe('superseded');
  expect(await results()).toEqual([]);
  await judgeDue();
  expect(await results()).toMatchObject([{ revision: 2 }]);
});

test('every later revision is judged, earlier results stay', async () => {
  const study = '1.2.3.998';
  await store((uid) => [chestImage(uid, 1)], study);
  await judgeDue();
  await store((uid) => [chestImage(uid, 2, { '00185101': attribute('CS', 'LL') })], study);
  await judgeDue();
  expect(await results()).toMatchObject([{ revision: 1 }, { revision: 2 }]);
  expect(await open()).toHaveLength(1);
});

test('a PASS of a qualified hospital carries the HR label, and loses it when a later revision fails', async () => {
  const study = '1.2.3.997';
  await store(
    (uid) => [chestImage(uid, 1), chestImage(uid, 2, { '00185101': attribute('CS', 'LL') })],
    study,
  );
  await database.pool.query(`UPDATE study SET last_stored_at = now() - interval '7 hours'`);
  await judgeDue();
  expect(await labels()).toEqual([]);
  const [item] = await items();
  expect(item).toMatchObject({ verdict: 'PASS' });
  await qualify(item!.item_code);
  await store(() => [], study);
  await judgeDue();
  expect(await labels()).toEqual([{ text: `${SCOPE}HR`, state: 'applied', item_code: item!.item_code }]);
  // The images turn out to be of another region.
  await database.pool.query(
    `UPDATE instance SET dataset = replace(replace(dataset, 'CHEST', 'HAND'), '胸部', '手')`,
  );
  await store(() => [], study);
  await judgeDue();
  expect((await labels()).map(({ state }) => state)).toEqual(['applied', 'withdrawn']);
});

test('an order that comes after the judgement has the study judged again, by its own code first', async () => {
  const id = await store((study) => [chestImage(study, 1, { '00081030': attribute('LO', '') })]);
  await database.pool.query(
    `UPDATE study SET accession_number = 'X1', patient_id = 'P1' WHERE study_id = $1`,
    [id],
  );
  await judgeDue();
  const give = (order: object): Promise<unknown> =>
    inTransaction(database.pool, (client) =>
      saveOrders(
        client,
        'h1',
        [
          orderMessage.parse({
            orderNumber: 'O1',
            accessionNumber: 'X1',
            patientId: 'P1',
            modality: 'DX',
            ...order,
          }),
        ],
        'api',
      ),
    );
  await give({ exam: { name: '胸部正位DR' } });
  await judgeDue();
  const [{ result } = { result: { results: [] } }] = (await results()).slice(-1);
  expect(result.results).toMatchObject([{ identifiedBy: [{ source: 'ExamOrder' }] }]);
  expect(await items()).toEqual([{ item_code: 'DR-01', verdict: 'PASS' }]);
  // What does not fit the images is put before a person.
  await give({ exam: { name: '胸部CT平扫' }, modality: 'CT' });
  await judgeDue();
  expect((await items()).map(({ verdict }) => verdict)).toEqual(['REVIEW']);
});

test('a study that was deleted ends its row without a result', async () => {
  await store((study) => [chestImage(study, 1)]);
  const [job] = await due();
  await database.pool.query('DELETE FROM study');
  await judgeStudy(parts, job!);
  expect(await results()).toEqual([]);
});

test('headers with characters that PostgreSQL cannot keep are judged all the same', async () => {
  await store((study) => [
    chestImage(study, 1, {
      '0008103E': attribute('LO', 'a\0b\ud800c'),
      '00081030': attribute('LO', '胸部\0正位\udfff \\u0000'),
    }),
  ]);
  await judgeDue();
  expect(await results()).toHaveLength(1);
});

const judgements = async (): Promise<{ catalogue: string; choice: string; first: string }[]> =>
  (
    await database.pool.query<{ catalogue: string; choice: string; first: string }>(
      `SELECT j.catalogue_id || '@' || j.catalogue_version AS catalogue, j.catalogue_choice AS choice,
              r.catalogue_id || '@' || r.catalogue_version AS first
         FROM study_judgement j JOIN conformance_result r USING (conformance_result_id) ORDER BY j.study_id`,
    )
  ).rows;
const again = async (studyId: number): Promise<void> => {
  await publishStudyChanged(database.pool, studyId, 0);
  await judgeDue();
};

test('a study of a revision that was summarized is judged from its summary, without its instances', async () => {
  const studyId = await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  const [judged] = await items();
  await database.pool.query(`UPDATE instance SET dataset = '{'`);
  await again(studyId);
  expect(await items()).toEqual([judged]);
  const { rows } = await database.pool.query<{ failed: boolean }>(
    'SELECT last_error IS NOT NULL AS failed FROM outbox',
  );
  expect(rows.filter(({ failed }) => failed)).toEqual([]);
});

test.each([
  ['of an older revision', 'revision = 0'],
  ['made by other rules', 'summary_version = 0'],
])('a summary %s is made anew', async (_which, change) => {
  const studyId = await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  await database.pool.query(`UPDATE study_summary SET summary = 'rubbish', ${change}`);
  await again(studyId);
  const { rows } = await database.pool.query<{ anew: boolean }>(
    `SELECT summary <> 'rubbish' AND revision = 1 AND summary_version > 0 AS anew FROM study_summary`,
  );
  expect(rows).toEqual([{ anew: true }]);
});

test("the list of the hospital's region on the study's date judges, and it is kept why", async () => {
  const list = {
    ...defaultCatalogue(),
    id: 'county',
    version: '1',
    region: { code: '451202', name: { zh: '区', en: 'c' } },
  };
  const put = (state: 'inForce' | 'withdrawn', effectiveFrom?: string) =>
    inTransaction(database.pool, async (client) => {
      await importCatalogue(client, { document: list, catalogue: list, by: 'test' });
      const dates = effectiveFrom === undefined ? {} : { effectiveFrom };
      const change = { id: 'county', version: '1', state, by: 'test', defaultRegion: '451200', ...dates };
      return changeCatalogueState(client, change);
    });
  await put('inForce', '2026-03-01');
  const of = async (region: string, date: string): Promise<unknown> => {
    await database.pool.query('TRUNCATE study, conformance_result CASCADE');
    await database.pool.query(`UPDATE hospital SET region = $1`, [region]);
    await store((study) => [chestImage(study, 1)]);
    await database.pool.query(`UPDATE study SET study_date = $1, first_stored_at = '2026-03-01T08:00:00Z'`, [
      date,
    ]);
    await judgeDue();
    return (await judgements()).map(({ catalogue, choice }) => `${catalogue} ${choice}`);
  };
  const city = `hechi-2024@${defaultCatalogue().version}`;
  expect(await of('451202', '20260301')).toEqual(['county@1 inForce']);
  expect(await of('451202', '20260228')).toEqual([`${city} inForce`]);
  expect(await of('451202', '')).toEqual(['county@1 inForce']);
  expect(await of('451202', '20190101')).toEqual(['county@1 beforeFirst']);
  expect(await of('', '20260301')).toEqual([`${city} inForce`]);
  expect(await of('421300', '20260301')).toEqual([`${city} otherRegion`]);
  await put('withdrawn');
  await database.pool.query(`UPDATE hospital SET region = ''; TRUNCATE reevaluation`);
});

test('a study without any list in force stays pending, and nothing waits for ever', async () => {
  await database.pool.query(`UPDATE catalogue SET state = 'withdrawn'`);
  await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  await database.pool.query(`UPDATE catalogue SET state = 'inForce' WHERE catalogue_id = 'hechi-2024'`);
  expect(await results()).toEqual([]);
  expect(await open()).toEqual([]);
});

test('a list that is put in force while studies are being judged leaves none to the list of before', async () => {
  const list = { ...defaultCatalogue(), id: 'other', version: '1' };
  await inTransaction(database.pool, (client) =>
    importCatalogue(client, { document: list, catalogue: list, by: 'test' }),
  );
  for (let n = 0; n < 8; n += 1) await store((study) => [chestImage(study, 1)]);
  const jobs = await due();
  const change = { id: 'other', version: '1', by: 'test', defaultRegion: '451200' };
  const state = (to: 'inForce' | 'withdrawn') =>
    inTransaction(database.pool, (client) => changeCatalogueState(client, { ...change, state: to }));
  const [enforced] = await Promise.all([state('inForce'), ...jobs.map((job) => judgeStudy(parts, job))]);
  expect(enforced).toMatchObject({ outcome: 'changed', reevaluation: { total: 8 } });
  // Those that were judged before it are among the ones that are judged again.
  while ((await reevaluateStep(parts)) === 'worked');
  expect((await judgements()).map(({ catalogue }) => catalogue)).toEqual(Array(8).fill('other@1'));
  await state('withdrawn');
  await database.pool.query('TRUNCATE reevaluation');
});

test('no patient data gets into the log', async () => {
  await store((study) => [chestImage(study, 1)]);
  await judgeDue();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toMatch(/Zhang|张/);
});
