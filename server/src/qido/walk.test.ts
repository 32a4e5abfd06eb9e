import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { qidoRoutes } from './routes.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [qidoRoutes(parts)] }));
});
afterAll(() => gateway.close());

const store = (uid: string, date: string, patient: string, hospital = 'a'): Promise<number> =>
  seedStudy(gateway, {
    hospital,
    uid,
    columns: { study_date: date, patient_id: patient },
    series: [1, 2].map((number) => ({
      uid: `${uid}.${number}`,
      columns: number === 1 ? { series_number: number } : {},
      instances: [
        { uid: `${uid}.${number}.1` },
        { uid: `${uid}.${number}.2`, columns: { instance_number: 1 } },
      ],
    })),
  });
const remove = (uid: string): Promise<unknown> =>
  gateway.index.query('DELETE FROM study WHERE study_instance_uid = $1', [uid]);

interface Page {
  uids: string[];
  warning: string | null;
}

async function page(path: string, tag: string, hospitals = '*'): Promise<Page> {
  const response = await fetch(`${gateway.url}/dicomweb${path}`, {
    headers: { [HOSPITALS_HEADER]: hospitals },
  });
  const results = response.status === 204 ? [] : ((await response.json()) as DicomJson[]);
  return {
    uids: results.map((result) => String(result[tag]?.Value?.[0])),
    warning: response.headers.get('warning'),
  };
}
const studies = (query: string, hospitals?: string): Promise<Page> =>
  page(`/studies?${query}`, '0020000D', hospitals);

test('studies that arrive and go between pages move nothing that was not seen yet', async () => {
  for (let day = 1; day <= 7; day += 1) await store(`1.1.${day}`, `2024010${day}`, 'W');
  const first = await studies('PatientID=W&limit=2&offset=0');
  expect(first.uids).toEqual(['1.1.7', '1.1.6']);
  expect(first.warning).toContain('There are 5 additional');
  await store('1.1.8', '20240108', 'W');
  await store('1.1.9', '20240109', 'W');
  await remove('1.1.7');
  await remove('1.1.6');
  const second = await studies('PatientID=W&limit=2&offset=2');
  expect(second.uids).toEqual(['1.1.5', '1.1.4']);
  expect(second.warning).toContain('There are 3 additional');
  await remove('1.1.3');
  await store('1.1.10', '20240110', 'W');
  // The same page once more, as a client that lost the answer asks for it.
  expect((await studies('PatientID=W&limit=2&offset=2')).uids).toEqual(['1.1.5', '1.1.4']);
  const last = await studies('PatientID=W&limit=2&offset=4');
  expect(last.uids).toEqual(['1.1.2', '1.1.1']);
  expect(last.warning).toBeNull();
  expect((await studies('PatientID=W&limit=2&offset=0')).uids).toEqual(['1.1.10', '1.1.9']);
});

test('an offset that was not reached by walking counts from the beginning', async () => {
  for (let day = 1; day <= 4; day += 1) await store(`1.2.${day}`, `2024010${day}`, 'J');
  expect((await studies('PatientID=J&limit=2&offset=1')).uids).toEqual(['1.2.3', '1.2.2']);
  await store('1.2.5', '20240105', 'J');
  expect((await studies('PatientID=J&limit=2&offset=2')).uids).toEqual(['1.2.3', '1.2.2']);
});

test('walks of other searches and of other roots are not mixed', async () => {
  for (let day = 1; day <= 4; day += 1) await store(`1.3.${day}`, `2024010${day}`, day < 3 ? 'M' : 'N', 'b');
  await studies('PatientID=?&limit=1');
  expect((await studies('PatientID=M&limit=1&offset=1')).uids).toEqual(['1.3.1']);
  expect((await page('/studies?StudyInstanceUID=1.3.3,1.3.4&limit=1&offset=1', '0020000D')).uids).toEqual([
    '1.3.3',
  ]);
});

test.each([
  ['/series?PatientID=S', '0020000E', ['1.4.2.1', '1.4.2.2', '1.4.1.1', '1.4.1.2']],
  ['/studies/1.4.1/series', '0020000E', ['1.4.1.1', '1.4.1.2']],
  ['/studies/1.4.1/instances', '00080018', ['1.4.1.1.2', '1.4.1.1.1', '1.4.1.2.2', '1.4.1.2.1']],
  [
    '/instances?PatientID=S',
    '00080018',
    ['1.4.2.1.2', '1.4.2.1.1', '1.4.2.2.2', '1.4.2.2.1', '1.4.1.1.2', '1.4.1.1.1', '1.4.1.2.2', '1.4.1.2.1'],
  ],
])('%s is walked one by one in its order', async (path, tag, expected) => {
  await gateway.index.query(`DELETE FROM study WHERE patient_id = 'S'`);
  await store('1.4.1', '20240101', 'S');
  await store('1.4.2', '20240102', 'S');
  const seen: string[] = [];
  for (let offset = 0; offset < expected.length; offset += 1) {
    const { uids } = await page(`${path}${path.includes('?') ? '&' : '?'}limit=1&offset=${offset}`, tag);
    seen.push(...uids);
    if (offset === 0 && path.startsWith('/series')) await store('1.4.3', '20240103', 'S');
  }
  expect(seen).toEqual(expected);
});
