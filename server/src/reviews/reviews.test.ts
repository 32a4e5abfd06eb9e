import { type Author, decideVerdict } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addStudy,
  conformanceOf,
  type JudgedItem,
  judge,
  SCOPE,
  series,
} from '../../../storage-config/src/decisions/testing.ts';
import type { ReviewFacets, ReviewsPage } from '../contract/conformance.ts';
import { HOSPITALS_HEADER, SCOPES_HEADER, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { reviewRoutes } from './routes.ts';

const LI: Author = { kind: 'person', id: 'li', name: 'Dr Li' };

let gateway: TestGateway;
const ids: Record<string, number> = {};

async function study(uid: string, hospital: string, items: JudgedItem[], modality = 'MR'): Promise<void> {
  ids[uid] = await addStudy(gateway.index, { hospital, uid });
  await gateway.index.query(
    `UPDATE study SET modalities = $2, patient_name_alphabetic = 'ZHANG^SAN', patient_name_ideographic = '张^三',
            patient_birth_date = '19680303', patient_sex = 'M' WHERE study_id = $1`,
    [ids[uid], [modality]],
  );
  await judge(gateway.index, ids[uid], conformanceOf(items));
}

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ api: [reviewRoutes(parts)] }));
  for (const code of ['a', 'b'])
    await gateway.index.query('INSERT INTO hospital (code, name_zh, name_en) VALUES ($1, $2, $3)', [
      code,
      `${code}医院`,
      `Hospital ${code}`,
    ]);
  await study('1.1', 'a', [
    { code: 'MR-01', verdict: 'REVIEW', words: '压脂无法判定' },
    { code: 'MR-02', verdict: 'PASS' },
  ]);
  await study('1.2', 'b', [{ code: 'CT-01', verdict: 'REVIEW' }], 'CT');
  // Decided on evidence that changed.
  await study('1.3', 'a', [{ code: 'MR-02', verdict: 'FAIL' }]);
  const { rows } = await gateway.index.query<{ evidence: string }>(
    `SELECT encode(evidence_sha256, 'hex') AS evidence FROM study_item WHERE study_id = $1`,
    [ids['1.3']],
  );
  await decideVerdict(gateway.index, {
    studyId: ids['1.3']!,
    itemCode: 'MR-02',
    verdict: 'PASS',
    reason: '我看过了',
    evidence: rows[0]!.evidence,
    author: LI,
    scope: SCOPE,
  });
  await judge(
    gateway.index,
    ids['1.3']!,
    conformanceOf([{ code: 'MR-02', verdict: 'FAIL' }], [series('T2')]),
  );
  // Changed since it was judged, and judged without doubt.
  await study('1.4', 'a', [{ code: 'MR-01', verdict: 'REVIEW' }]);
  await gateway.index.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [ids['1.4']]);
  await study('1.5', 'a', [{ code: 'MR-01', verdict: 'FAIL' }]);
  await study('1.6', 'a', [
    { code: 'MR-01', verdict: 'REVIEW' },
    { code: 'MR-03', verdict: 'REVIEW' },
  ]);
});
afterAll(() => gateway.close());

interface As {
  hospitals?: string;
  scopes?: string;
}
const ask = (path: string, { hospitals = '*', scopes = '' }: As = {}): Promise<Response> =>
  fetch(`${gateway.url}/api/reviews${path}`, {
    headers: { [HOSPITALS_HEADER]: hospitals, [SCOPES_HEADER]: scopes },
  });
const list = async (query: string, as: As = {}): Promise<ReviewsPage> =>
  (await (await ask(`?${query}`, as)).json()) as ReviewsPage;
const shown = async (query: string, as: As = {}): Promise<string[]> =>
  (await list(query, as)).reviews.map((one) => `${one.studyInstanceUid} ${one.itemCode}`);
const ALL = ['1.1 MR-01', '1.2 CT-01', '1.3 MR-02', '1.6 MR-01', '1.6 MR-03'];

test('what waits is listed with what a person needs to decide, the oldest study first', async () => {
  const page = await list('', { scopes: 'review' });
  expect(page.reviews.map((one) => `${one.studyInstanceUid} ${one.itemCode}`)).toEqual(ALL);
  expect(page.total).toEqual({ value: 5, capped: false });
  expect(page.next).toBeNull();
  expect(page.reviews[0]).toEqual({
    hospital: { code: 'a', name: { zh: 'a医院', en: 'Hospital a' } },
    studyInstanceUid: '1.1',
    patient: { name: '张三', sex: 'M', age: { value: 57, unit: 'Y' } },
    studyDate: '2026-03-01',
    description: '头颅MRI',
    modalities: ['MR'],
    itemCode: 'MR-01',
    itemName: { zh: '项目MR-01', en: 'Item MR-01' },
    summary: { zh: '压脂无法判定', en: '压脂无法判定' },
    undecided: [
      { id: 'DWI', label: { zh: '弥散', en: 'DWI' }, reason: { zh: '压脂无法判定', en: '压脂无法判定' } },
    ],
    staleDecision: null,
    settled: true,
    evidence: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    receivedAt: expect.stringMatching(/Z$/) as string,
    mayDecide: true,
  });
});

test('a stale decision waits too, and is shown', async () => {
  const { reviews, total } = await list('stale=true');
  expect(total.value).toBe(1);
  expect(reviews).toMatchObject([
    {
      studyInstanceUid: '1.3',
      undecided: [],
      staleDecision: { verdict: 'PASS', machineVerdict: 'FAIL', reason: '我看过了', stale: true },
      mayDecide: false,
    },
  ]);
});

test.each([
  ['hospital=b', ['1.2 CT-01']],
  ['hospital=a&hospital=b', ALL],
  ['item=MR-03&item=CT-01', ['1.2 CT-01', '1.6 MR-03']],
  ['modality=CT', ['1.2 CT-01']],
  ['hospital=a&item=MR-01&modality=MR&stale=false', ['1.1 MR-01', '1.6 MR-01']],
  ['hospital=nowhere', []],
])('%s narrows the list', async (query, expected) => {
  expect(await shown(query)).toEqual(expected);
});

test('pages follow each other without a gap, also between items of one study', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await list(`limit=2&cursor=${cursor}`);
    seen.push(...page.reviews.map((one) => `${one.studyInstanceUid} ${one.itemCode}`));
    expect(page.total.value).toBe(5);
    cursor = page.next ?? '';
  } while (cursor !== '');
  expect(seen).toEqual(ALL);
});

test('the digest of a result from before digests were kept is made from it', async () => {
  const before = (await list('item=MR-03')).reviews[0]!.evidence;
  await gateway.index.query(
    `UPDATE study_item SET evidence_sha256 = NULL WHERE study_id = $1 AND item_code = 'MR-03'`,
    [ids['1.6']],
  );
  expect((await list('item=MR-03')).reviews[0]!.evidence).toBe(before);
});

test('facets count what waits by hospital and by item', async () => {
  expect((await (await ask('/facets')).json()) as ReviewFacets).toEqual({
    hospitals: [
      { code: 'a', count: 4 },
      { code: 'b', count: 1 },
    ],
    items: expect.arrayContaining([
      {
        code: 'MR-01',
        name: expect.objectContaining({ zh: expect.any(String) as string }) as object,
        count: 2,
      },
    ]) as object,
    stale: 1,
  });
});

test('a caller sees and counts what waits in its hospitals only', async () => {
  const b: As = { hospitals: 'b' };
  expect(await shown('', b)).toEqual(['1.2 CT-01']);
  expect(await shown('hospital=a', b)).toEqual([]);
  expect((await list('', b)).total.value).toBe(1);
  expect(await (await ask('/facets', b)).json()).toMatchObject({
    hospitals: [{ code: 'b', count: 1 }],
    stale: 0,
  });
});

test.each([
  'limit=0',
  'limit=201',
  'limit=x',
  'limit=1&limit=2',
  'stale=yes',
  'cursor=x',
  'cursor=bnVsbA',
  'item=%00',
])('%s is refused', async (query) => {
  expect((await ask(`?${query}`)).status).toBe(400);
});

test('listing leaves an audit record with the query', async () => {
  await shown('hospital=b&item=CT-01');
  const { rows } = await gateway.index.query<{ n: number }>(
    `SELECT count(*) AS n FROM audit_event WHERE action = 'search' AND detail::jsonb ->> 'query' = 'hospital=b&item=CT-01'`,
  );
  expect(rows[0]!.n).toBe(1);
});
