import { defaultCatalogue } from '@hutong/conformance';
import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { qidoRoutes } from './routes.ts';

let gateway: TestGateway;

/** Two hospitals with the same study: series 1.1.1 in both (one instance shared, one more at b), 1.1.2 only at b. */
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [qidoRoutes(parts)] }));
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.1',
    columns: {
      patient_id: 'A1',
      patient_name_alphabetic: 'ZHANG^SAN',
      patient_birth_date: '19800101',
      study_date: '20240101',
    },
    series: [
      { uid: '1.1.1', columns: { modality: 'CT', series_number: 1 }, instances: [{ uid: '1.1.1.1' }] },
    ],
  });
  await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.1',
    columns: {
      patient_id: 'B1',
      patient_name_alphabetic: 'ZHANG^SAN',
      patient_birth_date: '19800101',
      study_date: '20240101',
    },
    series: [
      {
        uid: '1.1.1',
        columns: { modality: 'CT', series_number: 1 },
        instances: [{ uid: '1.1.1.1' }, { uid: '1.1.1.2' }],
      },
      { uid: '1.1.2', columns: { modality: 'MR', series_number: 2 }, instances: [{ uid: '1.1.2.1' }] },
    ],
  });
  const labelled = await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.2',
    columns: { patient_id: 'B2', study_date: '20240102' },
    series: [{ uid: '1.2.1', columns: { modality: 'DX' }, instances: [{ uid: '1.2.1.1' }] }],
  });
  await gateway.index.query(
    `WITH added AS (
       INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
       VALUES ($1, 1, 'c', '1', '1', true, $2) RETURNING study_id, conformance_result_id)
     INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version)
     SELECT study_id, conformance_result_id, 'c', '1', '1' FROM added`,
    [labelled, { results: [{ itemCode: 'DR-01', itemName: { zh: '别处的胸片', en: 'Chest' } }] }],
  );
  await gateway.index.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict)
     SELECT $1, hospital_code, code, verdict, verdict
       FROM study, (VALUES ('DR-01', 'PASS'), ('DR-02', 'FAIL')) AS item (code, verdict) WHERE study_id = $1`,
    [labelled],
  );
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'DR-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine'),
            ($1, 'DR-02', '龙南市', '旧HR', 'applied', '', '', 'engine'),
            ($1, 'DR-02', '龙南市', '旧HR', 'withdrawn', '', '', 'engine')`,
    [labelled],
  );
});
afterAll(() => gateway.close());

async function search(path: string, hospitals = '*', root = '/dicomweb'): Promise<DicomJson[]> {
  const response = await fetch(`${gateway.url}${root}${path}`, {
    headers: { [HOSPITALS_HEADER]: hospitals },
  });
  return response.status === 204 ? [] : ((await response.json()) as DicomJson[]);
}
const values = (results: DicomJson[], tag: string): unknown[] =>
  results.map((result) => result[tag]?.Value?.[0]);

test('the union shows the study once, as the hospital that stored it first has it, with united counts', async () => {
  const found = await search('/studies?StudyInstanceUID=1.1');
  expect(values(found, '00100020')).toEqual(['A1']);
  expect(found[0]).toMatchObject({
    '00080061': { Value: ['CT', 'MR'] },
    '00091003': { Value: ['a'] },
    '00201206': { Value: [2] },
    '00201208': { Value: [3] },
  });
});

test('a study is found by what any readable copy says, and shown as that copy', async () => {
  expect(values(await search('/studies?PatientID=B1'), '00100020')).toEqual(['B1']);
});

test('series and instances are united, each once', async () => {
  const series = await search('/studies/1.1/series');
  expect(values(series, '0020000E')).toEqual(['1.1.1', '1.1.2']);
  expect(values(series, '00201209')).toEqual([2, 1]);
  const instances = await search('/studies/1.1/instances');
  expect(values(instances, '00080018').sort()).toEqual(['1.1.1.1', '1.1.1.2', '1.1.2.1']);
});

test('a caller of one hospital sees the copy of that hospital alone', async () => {
  const [study = {}] = await search('/studies?StudyInstanceUID=1.1', 'b');
  expect(study).toMatchObject({ '00100020': { Value: ['B1'] }, '00201208': { Value: [3] } });
  const [other = {}] = await search('/studies?StudyInstanceUID=1.1', 'a');
  expect(other).toMatchObject({ '00080061': { Value: ['CT'] }, '00201208': { Value: [1] } });
  expect(values(await search('/studies/1.1/series', 'a'), '0020000E')).toEqual(['1.1.1']);
});

test("a hospital's root shows that hospital's copy alone", async () => {
  const [study = {}] = await search('/studies', '*', '/hospitals/a/dicomweb');
  expect(study).toMatchObject({ '00100020': { Value: ['A1'] }, '00201206': { Value: [1] } });
  expect(values(await search('/studies/1.1/series', '*', '/hospitals/a/dicomweb'), '0020000E')).toEqual([
    '1.1.1',
  ]);
});

test('HR labels, verdicts and the issuing hospital stand in the private block', async () => {
  const [study = {}] = await search('/studies?StudyInstanceUID=1.2');
  expect(study).toMatchObject({
    '00090010': { vr: 'LO', Value: ['HUTONG HR 1.0'] },
    '00091001': { vr: 'LO', Value: ['龙南市HR'] },
    '00091002': { vr: 'CS', Value: ['DONE'] },
    '00091003': { vr: 'LO', Value: ['b'] },
    '00091004': { vr: 'LO', Value: ['b医院'] },
  });
  const items = study['00091010']?.Value as DicomJson[];
  expect(values(items, '00090010')).toEqual(['HUTONG HR 1.0', 'HUTONG HR 1.0']);
  expect(values(items, '00091011')).toEqual(['DR-01', 'DR-02']);
  expect(values(items, '00091013')).toEqual(['PASS', 'FAIL']);
});

test('items are named by the list that the study was judged with', async () => {
  const names = async (): Promise<unknown[]> => {
    const [study = {}] = await search('/studies?StudyInstanceUID=1.2');
    return values(study['00091010']?.Value as DicomJson[], '00091012');
  };
  expect(await names()).toEqual(['别处的胸片', 'DR-02']);
  const { id, version, items } = defaultCatalogue();
  await gateway.index.query('UPDATE study_judgement SET catalogue_id = $1, catalogue_version = $2', [
    id,
    version,
  ]);
  const named = new Map(items.map(({ code, name }) => [code, name.zh]));
  expect(await names()).toEqual([named.get('DR-01'), named.get('DR-02')]);
});

test.each([
  ['00090010=HUTONG HR 1.0&00091001=龙南市HR', ['1.2']],
  ['00091001=龙南*', ['1.2']],
  ['00091001=旧HR', []],
  ['00090012=HUTONG HR 1.0&00091203=b', ['1.2', '1.1']],
  ['00091003=a', ['1.1']],
  ['00091010.00091011=DR-01&00091010.00091013=PASS', ['1.2']],
  ['00091010.00091011=DR-01&00091010.00091013=FAIL', []],
])('%s finds %j', async (query, expected) => {
  expect(values(await search(`/studies?${query}`), '0020000D')).toEqual(expected);
});

/** Two hospitals with studies of two patients under one UID, ALPHA^ANN at a and BETA^BOB at b. */
async function clash(uid: string, columns: Record<string, string> = {}): Promise<void> {
  const patients = { a: ['XA', 'ALPHA^ANN', '.1'], b: ['XB', 'BETA^BOB', '.2'] } as const;
  for (const [hospital, [id, name, suffix]] of Object.entries(patients))
    await seedStudy(gateway, {
      hospital,
      uid,
      columns: { patient_id: id, patient_name_alphabetic: name, study_date: '20230101', ...columns },
      series: [{ uid: `${uid}${suffix}`, instances: [{ uid: `${uid}${suffix}.1` }] }],
    });
}

async function warned(path: string, hospitals = '*', root = '/dicomweb'): Promise<string> {
  const response = await fetch(`${gateway.url}${root}${path}`, {
    headers: { [HOSPITALS_HEADER]: hospitals },
  });
  await response.arrayBuffer();
  return response.headers.get('warning') ?? '';
}

test('studies of two patients under one UID are not united: the first is shown alone, and a Warning says where the other is', async () => {
  await clash('1.7');
  const [study = {}, ...others] = await search('/studies?StudyInstanceUID=1.7');
  expect(others).toEqual([]);
  expect(study).toMatchObject({
    '00100010': { Value: [{ Alphabetic: 'ALPHA^ANN' }] },
    '00201206': { Value: [1] },
    '00201208': { Value: [1] },
  });
  const text =
    'Not shown, because another hospital stored a study of another patient under the same StudyInstanceUID first: 1.7 at /hospitals/b/dicomweb';
  expect(await warned('/studies?StudyInstanceUID=1.7')).toBe(`299 ${gateway.url}/dicomweb: ${text}`);
  for (const path of ['/studies/1.7/series', '/studies/1.7/instances', '/series?StudyInstanceUID=1.7'])
    expect(await warned(path)).toContain(text);
  expect(values(await search('/studies/1.7/series'), '0020000E')).toEqual(['1.7.1']);
  expect(values(await search('/instances?StudyInstanceUID=1.7'), '00080018')).toEqual(['1.7.1.1']);
  expect(await search('/studies/1.7/series/1.7.2/instances')).toEqual([]);
  expect(await search('/studies/1.7/instances?ImageType=x')).toEqual([]);
});

test('a study that is not shown is not found by what it says, and a Warning says where it is', async () => {
  await clash('1.8');
  expect(values(await search('/studies?PatientID=XB'), '0020000D')).toEqual([]);
  expect(await warned('/studies?PatientID=XB')).toContain('1.8 at /hospitals/b/dicomweb');
  expect(await warned('/studies?PatientID=XA')).toContain('1.8 at /hospitals/b/dicomweb');
});

test('what is of another patient is shown under the root of its hospital and to who may read that hospital alone', async () => {
  await clash('1.9');
  for (const [hospitals, root] of [
    ['*', '/hospitals/b/dicomweb'],
    ['b', '/dicomweb'],
    ['b,c', '/dicomweb'],
  ] as const) {
    const [study = {}] = await search('/studies?StudyInstanceUID=1.9', hospitals, root);
    expect(study).toMatchObject({ '00100010': { Value: [{ Alphabetic: 'BETA^BOB' }] } });
    expect(await warned('/studies?StudyInstanceUID=1.9', hospitals, root)).toBe('');
    expect(values(await search('/studies/1.9/instances', hospitals, root), '00080018')).toEqual(['1.9.2.1']);
  }
});

test('pages are whole however many copies are not shown among them', async () => {
  // The copies that are not shown come first in the order of the list.
  for (let i = 0; i < 12; i += 1) await clash(`1.10.${i}`, { accession_number: 'PAGES' });
  await gateway.index.query(
    `UPDATE study SET study_date = '20260101' WHERE hospital_code = 'b' AND accession_number = 'PAGES'`,
  );
  const seen: unknown[] = [];
  for (let offset = 0; offset < 12; offset += 5) {
    const page = await search(`/studies?AccessionNumber=PAGES&limit=5&offset=${offset}`);
    expect(page).toHaveLength(Math.min(5, 12 - offset));
    seen.push(...values(page, '0020000D'));
  }
  expect(new Set(seen).size).toBe(12);
  expect(await warned('/studies?AccessionNumber=PAGES&limit=5')).toContain('There are 7 additional results');
});

test('pages are whole where copies that are not shown are all that a key finds first', async () => {
  for (let i = 0; i < 12; i += 1) await clash(`1.13.${i}`, { study_id_text: 'FIRST' });
  await gateway.index.query(
    `UPDATE study SET study_id_text = 'BEHIND' WHERE study_instance_uid LIKE '1.13.%' AND hospital_code = 'b'`,
  );
  for (const uid of ['1.14', '1.15', '1.16'])
    await seedStudy(gateway, {
      hospital: 'b',
      uid,
      columns: {
        patient_id: 'XB',
        patient_name_alphabetic: 'BETA^BOB',
        study_date: '20220101',
        study_id_text: 'BEHIND',
      },
      series: [{ uid: `${uid}.1`, instances: [{ uid: `${uid}.1.1` }] }],
    });
  const page = (query: string) => search(`/studies?StudyID=BEHIND&${query}`);
  expect(values(await page('limit=2'), '0020000D')).toEqual(['1.16', '1.15']);
  expect(values(await page('limit=2&offset=2'), '0020000D')).toEqual(['1.14']);
  expect(await warned('/studies?StudyID=BEHIND&limit=2')).toMatch(
    /There are 1 additional results.* at \/hospitals\/b\/dicomweb, and 7 more$/,
  );
});

test('counts of the study and of the series are united wherever they are returned', async () => {
  const counts = (found: DicomJson[]): unknown[] =>
    found.map((row) => ['00201206', '00201208', '00201209'].map((tag) => row[tag]?.Value?.[0]));
  expect(counts(await search('/series?StudyInstanceUID=1.1'))).toEqual([
    [2, 3, 2],
    [2, 3, 1],
  ]);
  expect(counts(await search('/instances?StudyInstanceUID=1.1'))).toEqual([
    [2, 3, 2],
    [2, 3, 2],
    [2, 3, 1],
  ]);
  expect(counts(await search('/studies/1.1/instances?includefield=00201206,00201208,00201209'))).toEqual([
    [2, 3, 2],
    [2, 3, 2],
    [2, 3, 1],
  ]);
});

test('results of one study are in the order of their numbers, whichever hospital each is of', async () => {
  const columns = { patient_id: 'ORDER', study_date: '20230202' };
  const instance = (n: number) => ({ uid: `1.11.1.${n}`, columns: { instance_number: n } });
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.11',
    columns,
    series: [
      { uid: '1.11.1', columns: { series_number: 1 }, instances: [instance(1), instance(3)] },
      { uid: '1.11.3', columns: { series_number: 3 }, instances: [{ uid: '1.11.3.1' }] },
    ],
  });
  await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.11',
    columns,
    series: [
      { uid: '1.11.2', columns: { series_number: 2 }, instances: [{ uid: '1.11.2.1' }] },
      { uid: '1.11.1', columns: { series_number: 1 }, instances: [instance(1), instance(2)] },
    ],
  });
  const ordered = ['1.11.1.1', '1.11.1.2', '1.11.1.3', '1.11.2.1', '1.11.3.1'];
  for (const path of ['/instances?StudyInstanceUID=1.11&', '/studies/1.11/instances?']) {
    expect(values(await search(path), '00080018')).toEqual(ordered);
    const pages: unknown[] = [];
    for (let offset = 0; offset < 5; offset += 2)
      pages.push(...values(await search(`${path}limit=2&offset=${offset}`), '00080018'));
    expect(pages).toEqual(ordered);
  }
  for (const path of ['/series?StudyInstanceUID=1.11', '/studies/1.11/series'])
    expect(values(await search(path), '0020000E')).toEqual(['1.11.1', '1.11.2', '1.11.3']);
});
