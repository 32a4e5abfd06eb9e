import type { ConformanceResponse } from '@hutong/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { conformanceRoutes } from './routes.ts';

let gateway: TestGateway;
let studyId: number;

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ api: [conformanceRoutes(parts)] }));
  studyId = await seedStudy(gateway, { hospital: 'a', uid: '1.1' });
  await seedStudy(gateway, { hospital: 'b', uid: '1.1' });
});
afterAll(() => gateway.close());

function ask(path: string, hospitals = '*'): Promise<Response> {
  return fetch(`${gateway.url}/api/studies/${path}`, { headers: { [HOSPITALS_HEADER]: hospitals } });
}
const read = async (path: string): Promise<ConformanceResponse> =>
  (await (await ask(path)).json()) as ConformanceResponse;

test('a study without a verdict is pending', async () => {
  expect(await read('1.1/conformance')).toEqual({
    status: 'pending',
    settled: false,
    revision: null,
    hospital: { code: 'a', name: { zh: 'a医院', en: 'Hospital a' } },
    results: [],
    series: [],
    labels: [],
  });
});

test('the newest result of the present revision is answered, with the labels', async () => {
  const judge = (revision: number, settled: boolean, result: object) =>
    gateway.index.query(
      `INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
       VALUES ($1, $2, 'c', '1', '1', $3, $4)`,
      [studyId, revision, settled, JSON.stringify(result)],
    );
  await judge(1, false, { results: [{ itemCode: 'CT-01', verdict: 'REVIEW' }], series: [] });
  await judge(1, true, {
    results: [{ itemCode: 'CT-01', verdict: 'PASS' }],
    series: [{ seriesInstanceUid: '1.1.1' }],
  });
  await gateway.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at)
     VALUES ($1, 'CT-01', '龙南市', '龙南市HR', 'applied', '合格', 'passed', 'engine', '2024-03-01T00:00:00Z')`,
    [studyId],
  );
  expect(await read('1.1/conformance')).toMatchObject({
    status: 'done',
    settled: true,
    revision: 1,
    results: [{ itemCode: 'CT-01', verdict: 'PASS' }],
    series: [{ seriesInstanceUid: '1.1.1' }],
    labels: [
      {
        text: '龙南市HR',
        scope: '龙南市',
        itemCode: 'CT-01',
        state: 'applied',
        validFrom: '2024-03-01T00:00:00.000Z',
        reason: { zh: '合格', en: 'passed' },
      },
    ],
  });
});

test("a hospital's copy is asked for by its code", async () => {
  expect(await read('1.1/conformance?hospital=b')).toMatchObject({
    status: 'pending',
    hospital: { code: 'b' },
  });
});

test('after a change the result of the older revision is left out', async () => {
  await gateway.index.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [studyId]);
  expect(await read('1.1/conformance')).toMatchObject({ status: 'pending', revision: null, results: [] });
});

test('a hidden study cannot be told from an absent one', async () => {
  const hidden = await ask('1.1/conformance?hospital=a', 'b');
  const absent = await ask('9.9/conformance', 'b');
  expect(hidden.status).toBe(404);
  expect(await hidden.text()).toBe(await absent.text());
  expect((await ask('nonsense/conformance')).status).toBe(400);
});
