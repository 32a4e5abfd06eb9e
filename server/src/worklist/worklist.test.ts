import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorklistFacets, WorklistPage } from '../contract.ts';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { worklistRoutes } from './routes.ts';
import { ageAt } from '../dicomweb/age.ts';

let gateway: TestGateway;
const ids: Record<string, number> = {};

const itemOf = (code: string, verdict: string) => ({
  itemCode: code,
  itemName: { zh: code, en: code },
  verdict,
  summary: { zh: '缺动脉期', en: 'arterial phase missing' },
  requirements: [{ id: 'R1' }],
});

async function judge(uid: string, result: object, revision = 1): Promise<void> {
  await gateway.index.query(
    `INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
     VALUES ($1, $2, 'c', '1', '1', true, $3)`,
    [ids[uid], revision, JSON.stringify(result)],
  );
}

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ api: [worklistRoutes(parts)] }));
  const seed = async (hospital: string, uid: string, columns: Record<string, unknown>, modality: string) => {
    const series = [{ uid: `${uid}.1`, columns: { modality }, instances: [{ uid: `${uid}.1.1` }] }];
    ids[uid] = await seedStudy(gateway, { hospital, uid, columns, series });
  };
  await seed(
    'a',
    '1.1',
    {
      patient_id: 'P001',
      patient_name_alphabetic: 'ZHANG^SAN',
      patient_name_ideographic: '张^三',
      patient_birth_date: '19680303',
      patient_sex: 'M',
      study_date: '20240301',
      study_time: '101530.25',
      study_description: '胸部CT',
      accession_number: 'A77',
      last_stored_at: '2024-03-01T03:00:00.123456Z',
    },
    'CT',
  );
  await seed(
    'a',
    '1.2',
    {
      patient_id: 'P002',
      patient_name_alphabetic: 'SMITH^JOHN^Q',
      study_date: '20240302',
      last_stored_at: '2024-03-02T03:00:00Z',
    },
    'MR',
  );
  await seed(
    'b',
    '1.3',
    { patient_id: 'Q003', study_date: '20240303', last_stored_at: '2024-03-01T01:00:00Z' },
    'DX',
  );
  await seed(
    'b',
    '1.4',
    { patient_id: 'Q004', study_date: '', last_stored_at: '2024-03-05T01:00:00Z' },
    'DX',
  );
  await judge('1.1', { results: [itemOf('CT-01', 'PASS')], series: [] });
  await judge('1.2', { results: [itemOf('MR-01', 'FAIL'), itemOf('MR-02', 'REVIEW')], series: [] });
  await judge('1.3', {
    results: [],
    series: [],
    notListed: { reason: 'NOT_IN_LIST', text: { zh: '不在清单', en: 'not listed' } },
  });
  await gateway.index.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict)
     VALUES ($1, 'a', 'CT-01', 'PASS', 'PASS'), ($2, 'a', 'MR-01', 'FAIL', 'FAIL'), ($2, 'a', 'MR-02', 'REVIEW', 'REVIEW')`,
    [ids['1.1'], ids['1.2']],
  );
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine'), ($2, 'MR-01', '龙南市', '龙南市HR', 'withdrawn', '', '', 'engine')`,
    [ids['1.1'], ids['1.2']],
  );
  await gateway.index.query(
    `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result)
     VALUES ('a', 'CT-01', '龙南市', '2024-01-01', '2026-01-01', 'passed'), ('b', 'CT-01', '桂西', '2024-01-01', '2026-01-01', 'passed')`,
  );
});
afterAll(() => gateway.close());

async function api<T>(path: string, hospitals = '*'): Promise<T> {
  const response = await fetch(`${gateway.url}/api${path}`, { headers: { [HOSPITALS_HEADER]: hospitals } });
  return (await response.json()) as T;
}
const worklist = (query: string, hospitals = '*'): Promise<WorklistPage> =>
  api<WorklistPage>(`/worklist?${query}`, hospitals);
const uids = async (query: string, hospitals = '*'): Promise<string[]> =>
  (await worklist(query, hospitals)).studies.map((study) => study.studyInstanceUid);

test('a row holds what the list shows', async () => {
  const page = await worklist('q=P001');
  expect(page).toEqual({
    studies: [
      {
        hospital: { code: 'a', name: { zh: 'a医院', en: 'Hospital a' } },
        studyInstanceUid: '1.1',
        patient: {
          name: '张三',
          alphabeticName: 'ZHANG SAN',
          id: 'P001',
          sex: 'M',
          birthDate: '1968-03-03',
          age: { value: 55, unit: 'Y' },
        },
        studyDate: '2024-03-01',
        studyTime: '10:15',
        description: '胸部CT',
        accessionNumber: 'A77',
        modalities: ['CT'],
        numberOfSeries: 1,
        numberOfInstances: 1,
        status: 'done',
        notListed: null,
        items: [
          {
            code: 'CT-01',
            name: { zh: 'CT-01', en: 'CT-01' },
            verdict: 'PASS',
            summary: { zh: '缺动脉期', en: 'arterial phase missing' },
            decided: false,
            stale: false,
          },
        ],
        labels: [{ text: '龙南市HR', scope: '龙南市', itemCode: 'CT-01', state: 'applied' }],
        receivedAt: '2024-03-01T03:00:00.123456Z',
      },
    ],
    next: null,
    total: { value: 1, capped: false },
  });
});

test.each([
  ['', ['1.3', '1.2', '1.1', '1.4']],
  ['sort=receivedAt', ['1.4', '1.2', '1.1', '1.3']],
  ['q=张三', ['1.1']],
  ['q=三', ['1.1']],
  ['q=san', ['1.1']],
  ['q=zhangsan', ['1.1']],
  ['q=zhang san', ['1.1']],
  ['q=zs', ['1.1']],
  ['q=smithj', ['1.2']],
  ['q=john smi', ['1.2']],
  ['q=P00', ['1.2', '1.1']],
  ['q=A7', ['1.1']],
  ['q=%25', []],
  ["q='", []],
  ['hospital=a', ['1.2', '1.1']],
  ['hospital=a&hospital=b', ['1.3', '1.2', '1.1', '1.4']],
  ['modality=CT&modality=MR', ['1.2', '1.1']],
  ['item=MR-02', ['1.2']],
  ['verdict=PASS', ['1.1']],
  ['verdict=PASS&verdict=REVIEW', ['1.2', '1.1']],
  ['item=MR-01&verdict=REVIEW', []],
  ['verdict=PENDING', ['1.4']],
  ['verdict=NOT_LISTED', ['1.3']],
  ['verdict=NOT_LISTED&verdict=PENDING', ['1.3', '1.4']],
  ['label=any', ['1.1']],
  ['label=none', ['1.3', '1.2', '1.4']],
  ['label=龙南市HR', ['1.1']],
  ['from=2024-03-02', ['1.3', '1.2']],
  ['to=2024-03-02', ['1.2', '1.1']],
  ['from=2024-03-02&to=2024-03-02&hospital=', ['1.2']],
])('%s lists %j', async (query, expected) => {
  expect(await uids(query)).toEqual(expected);
});

test('pages follow the cursor without gaps, whatever the order, and count all', async () => {
  for (const sort of ['studyDate', 'receivedAt']) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: WorklistPage = await worklist(`limit=1&sort=${sort}&cursor=${cursor}`);
      expect(page.total).toEqual({ value: 4, capped: false });
      seen.push(...page.studies.map((study) => study.studyInstanceUid));
      cursor = page.next;
    }
    expect(seen).toEqual(await uids(`sort=${sort}`));
  }
});

test('a study that changed after its verdict is pending, without what was found before', async () => {
  await gateway.index.query(`UPDATE study SET conformance_revision = 2 WHERE study_instance_uid = '1.2'`);
  const [study] = (await worklist('q=P002')).studies;
  expect(study).toMatchObject({ status: 'pending', items: [], notListed: null });
  expect(await uids('verdict=FAIL')).toEqual([]);
  await judge('1.2', { results: [itemOf('MR-01', 'FAIL')], series: [] }, 2);
  expect(await uids('verdict=FAIL')).toEqual(['1.2']);
});

test.each([
  'limit=0',
  'limit=201',
  'limit=x',
  'verdict=GOOD',
  'from=2024-02-30',
  'sort=name',
  'cursor=abc',
  `cursor=${Buffer.from('["studyDate","20240101\'",1,1]').toString('base64url')}`,
  `cursor=${Buffer.from('["receivedAt","2024-03-01T03:00:00.123456Z",1,1]').toString('base64url')}`,
  'q=a&q=b',
])('%s is refused', async (query) => {
  const response = await fetch(`${gateway.url}/api/worklist?${query}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'bad-query-parameter' });
});

describe('who may see what', () => {
  test('a caller lists and counts the studies of its hospitals only', async () => {
    expect(await worklist('', 'b')).toMatchObject({ total: { value: 2 } });
    expect(await uids('hospital=a', 'b')).toEqual([]);
    expect(await uids('q=P001', 'b')).toEqual([]);
  });

  test('facets offer the hospitals, items and labels in view', async () => {
    const facets = await api<WorklistFacets>('/worklist/facets', 'b');
    expect(facets.hospitals).toEqual([{ code: 'b', name: { zh: 'b医院', en: 'Hospital b' } }]);
    expect(facets.labels).toEqual(['桂西HR']);
    expect(facets.items).toHaveLength(52);
  });
});

test('numbers are found whatever their case', async () => {
  expect(await uids('q=a7')).toEqual(['1.1']);
  expect(await uids('q=p001')).toEqual(['1.1']);
});

test('studies of one day stand in the order of their times, the newest first, over pages too', async () => {
  const day = { study_date: '20230510', last_stored_at: '2024-01-01T00:00:00Z' };
  for (const [uid, study_time] of [
    ['2.1', '141500'],
    ['2.2', '082100'],
    ['2.3', '151000.5'],
    ['2.4', ''],
  ] as const) {
    ids[uid] = await seedStudy(gateway, {
      hospital: 'a',
      uid,
      columns: { ...day, study_time, patient_id: 'DAY' },
      series: [{ uid: `${uid}.1`, columns: { modality: 'CT' }, instances: [{ uid: `${uid}.1.1` }] }],
    });
  }
  expect(await uids('q=DAY')).toEqual(['2.3', '2.1', '2.2', '2.4']);
  const first = await worklist('q=DAY&limit=2');
  const second = await uids(`q=DAY&limit=2&cursor=${first.next ?? ''}`);
  expect([...first.studies.map((study) => study.studyInstanceUid), ...second]).toEqual([
    '2.3',
    '2.1',
    '2.2',
    '2.4',
  ]);
});

test.each([
  ['19680303', '20240302', { value: 55, unit: 'Y' }],
  ['19680303', '20240303', { value: 56, unit: 'Y' }],
  ['20230801', '20240301', { value: 7, unit: 'M' }],
  ['20240220', '20240303', { value: 12, unit: 'D' }],
  ['20240303', '20240303', { value: 0, unit: 'D' }],
  ['20240304', '20240303', null],
  ['', '20240303', null],
  ['19680303', '', null],
  ['18000101', '20080504', null],
])('born %s, on %s: %j', (birth, at, age) => {
  expect(ageAt(birth, at)).toEqual(age);
});

test('a study that was deleted and returns is as judged as it was', async () => {
  await gateway.index.query(`DELETE FROM study WHERE study_instance_uid = '1.1'`);
  expect(await uids('q=P001')).toEqual([]);
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.1',
    columns: { patient_id: 'P001', study_date: '20240301' },
    series: [{ uid: '1.1.1', instances: [{ uid: '1.1.1.1' }] }],
  });
  expect((await worklist('q=P001')).studies[0]).toMatchObject({ status: 'done' });
});

test("verdicts are those that hold: rows and filters follow a person's decision, and say so", async () => {
  ids['7.1'] = await seedStudy(gateway, { hospital: 'a', uid: '7.1', columns: { patient_id: 'DECIDED' } });
  await judge('7.1', { results: [itemOf('MR-09', 'REVIEW')], series: [] });
  await gateway.index.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict)
     VALUES ($1, 'a', 'MR-09', 'REVIEW', 'REVIEW')`,
    [ids['7.1']],
  );
  const set = (columns: string) =>
    gateway.index.query(
      `WITH made AS (
         INSERT INTO verdict_decision (study_id, item_code, catalogue_id, verdict, machine_verdict, evidence_sha256, reason,
                                       author_kind, author_id, author_name)
         VALUES ($1, 'MR-09', 'c', 'PASS', 'REVIEW', '', 'x', 'person', 'li', 'Li') RETURNING verdict_decision_id AS id)
       UPDATE study_item SET verdict_decision_id = made.id, ${columns} FROM made WHERE study_id = $1`,
      [ids['7.1']],
    );
  const items = async () => (await worklist('q=DECIDED')).studies[0]!.items;
  expect(await items()).toMatchObject([{ verdict: 'REVIEW', decided: false, stale: false }]);
  await set(`verdict = 'PASS'`);
  expect(await items()).toMatchObject([{ verdict: 'PASS', decided: true, stale: false }]);
  expect(await uids('item=MR-09&verdict=PASS')).toEqual(['7.1']);
  expect(await uids('item=MR-09&verdict=REVIEW')).toEqual([]);
  await set(`verdict = 'REVIEW', decision_stale = true`);
  expect(await items()).toMatchObject([{ verdict: 'REVIEW', decided: false, stale: true }]);
  expect(await uids('item=MR-09&verdict=REVIEW')).toEqual(['7.1']);
});
