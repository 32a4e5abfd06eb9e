import type { DicomJson } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

/** One StudyInstanceUID at two hospitals: at a of Ann, of two slices, at b of Bob, of four, the first two of the same UIDs. */
let gateway: TestGateway;
let ann: FactoryStudy;
let bob: FactoryStudy;
let study: string;
/** Paths of instances: one that both have, and one that Bob alone has. */
let shared: string;
let only: string;

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  ann = aCtStudy({ seed: 'one', slices: 2, overrides: { PatientID: 'XA', PatientName: 'ALPHA^ANN' } });
  bob = aCtStudy({ seed: 'one', slices: 4, overrides: { PatientID: 'XB', PatientName: 'BETA^BOB' } });
  const bytesOf = ({ instances }: FactoryStudy): Uint8Array[] => instances.map(({ bytes }) => bytes);
  [shared = ''] = await seedObjects(gateway, 'a', bytesOf(ann));
  only = (await seedObjects(gateway, 'b', bytesOf(bob))).at(-1) ?? '';
  study = `/studies/${ann.studyInstanceUid}`;
  expect(bob.studyInstanceUid).toBe(ann.studyInstanceUid);
  expect(only.startsWith(`${study}/`)).toBe(true);
});
afterAll(() => gateway.close());

const get = (path: string, accept: string, root = '/dicomweb'): Promise<Response> =>
  fetch(`${gateway.url}${root}${path}`, { headers: { accept } });

async function patients(path: string, root?: string): Promise<unknown[]> {
  const found = (await (await get(path, 'application/dicom+json', root)).json()) as DicomJson[];
  return found.map((instance) => instance['00100020']?.Value?.[0]);
}

test('the metadata of the union is of the first patient alone', async () => {
  expect(await patients(`${study}/metadata`)).toEqual(['XA', 'XA']);
  const series = /^\/studies\/[^/]+\/series\/[^/]+/.exec(shared)?.[0] ?? '';
  expect(await patients(`${series}/metadata`)).toEqual(['XA', 'XA']);
  expect(await patients(`${shared}/metadata`)).toEqual(['XA']);
  expect(await patients(`${study}/metadata`, '/hospitals/b/dicomweb')).toEqual(['XB', 'XB', 'XB', 'XB']);
});

test.each([
  ['', 'multipart/related; type="application/dicom"; transfer-syntax=*'],
  ['', 'application/zip'],
  ['/metadata', 'application/dicom+json'],
  ['/frames/1', 'multipart/related; type="application/octet-stream"; transfer-syntax=*'],
  ['/frames/1/rendered', 'image/jpeg'],
  ['/bulkdata/7FE00010', 'application/octet-stream'],
  ['/bulkdata', 'multipart/related; type="application/octet-stream"; transfer-syntax=*'],
  ['/pixeldata', 'multipart/related; type="application/octet-stream"; transfer-syntax=*'],
  ['/rendered', 'image/jpeg'],
  ['/thumbnail', 'image/jpeg'],
])(
  'of the other patient an instance %s as %s is not in the union, and is under the root of its hospital',
  async (suffix, accept) => {
    expect((await get(`${only}${suffix}`, accept)).status).toBe(404);
    expect((await get(`${only}${suffix}`, accept, '/hospitals/b/dicomweb')).status).toBe(200);
  },
);

test('an instance that both have is that of the first', async () => {
  const answer = await get(shared, 'multipart/related; type="application/dicom"; transfer-syntax=*');
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.includes('ALPHA^ANN')).toBe(true);
  expect(body.includes('BETA^BOB')).toBe(false);
});

test('a whole study of the union holds objects of the first patient alone', async () => {
  const answer = await get(study, 'multipart/related; type="application/dicom"; transfer-syntax=*');
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.includes('ALPHA^ANN')).toBe(true);
  expect(body.includes('BETA^BOB')).toBe(false);
  expect((await get(`${study}/thumbnail`, 'image/jpeg')).status).toBe(200);
  expect((await get(`${study}/rendered`, 'multipart/related; type="image/jpeg"')).status).toBe(200);
});
