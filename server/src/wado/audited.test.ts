import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy, toInstance } from '../../../test/factories/index.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const PATIENT = 'AUDITED-1';
let gateway: TestGateway;
let study: FactoryStudy;
let series: string;
let instance: string;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  study = aCtStudy({ seed: 'audited', slices: 3, overrides: { PatientID: PATIENT } });
  const [path = ''] = await seedObjects(
    gateway,
    'a',
    study.instances.map(({ bytes }) => bytes),
  );
  await gateway.index.query('UPDATE study SET patient_id = $1', [PATIENT]);
  [, series = '', instance = ''] = /^(.*)(\/instances\/.*)$/.exec(path) ?? [];
});
afterAll(() => gateway.close());

/** Each address in a test of its own: accesses of one kind are added up. */
test.each([
  ['/frames/1', 'multipart/related; type="application/octet-stream"; transfer-syntax=*', 'retrieve', 1],
  ['', 'multipart/related; type="application/dicom"; transfer-syntax=*', 'retrieve', 1],
  ['/bulkdata/7FE00010', 'application/octet-stream', 'retrieve', 1],
  ['/metadata', 'application/dicom+json', 'metadata', 1],
  ['/rendered', 'image/jpeg', 'render', 1],
  ['/thumbnail', 'image/jpeg', 'render', 1],
  ['', 'application/zip', 'download', 1],
])('of an instance %s as %s is recorded before it is answered', async (suffix, accept, action, count) => {
  const counted = async (): Promise<number> => {
    const { rows } = await gateway.index.query<{ count: number }>(
      `SELECT coalesce(sum(count), 0)::integer AS count FROM audit_event
        WHERE action = $1 AND hospital_code = 'a' AND patient_id = $2 AND study_instance_uid = $3
          AND $4 LIKE '%/' || series_instance_uid`,
      [action, PATIENT, study.studyInstanceUid, series],
    );
    return rows[0]?.count ?? 0;
  };
  const before = await counted();
  const address = `${gateway.url}/dicomweb${series}${instance}${suffix}`;
  const response = await fetch(address, { headers: { accept } });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  // Of those after the first within some minutes the counts are written later.
  if (before === 0) expect(await counted()).toBe(count);
});

test('a whole series is one access of all its instances', async () => {
  const accept = 'application/zip';
  const other = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  try {
    await seedObjects(
      other,
      'b',
      study.instances.map(({ bytes }) => bytes),
    );
    const response = await fetch(`${other.url}/dicomweb${series}`, { headers: { accept } });
    await response.arrayBuffer();
    const { rows } = await other.index.query(
      'SELECT action, outcome, hospital_code, count, study_instance_uid FROM audit_event',
    );
    expect(rows).toEqual([
      {
        action: 'download',
        outcome: 'success',
        hospital_code: 'b',
        count: 3,
        study_instance_uid: study.studyInstanceUid,
      },
    ]);
  } finally {
    await other.close();
  }
});

test('what is not there is no access', async () => {
  const { rows: before } = await gateway.index.query('SELECT sequence FROM audit_event');
  const response = await fetch(`${gateway.url}/dicomweb/studies/1.2.3.4/metadata`, {
    headers: { accept: 'application/dicom+json' },
  });
  expect(response.status).toBe(404);
  const { rows: after } = await gateway.index.query('SELECT sequence FROM audit_event');
  expect(after).toHaveLength(before.length);
});

test('images that a presentation state shows are on record as such, whosesoever copy they are of', async () => {
  const [image] = study.instances;
  const whose = { StudyInstanceUID: study.studyInstanceUid, PatientID: PATIENT, PatientName: 'Li^Si' };
  const state = toInstance({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
    SOPInstanceUID: '2.25.9912',
    SeriesInstanceUID: '2.25.9907',
    Modality: 'PR',
    PresentationLUTShape: 'IDENTITY',
    ...whose,
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: image?.seriesInstanceUid,
        ReferencedImageSequence: [
          {
            ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
            ReferencedSOPInstanceUID: image?.sopInstanceUid,
          },
        ],
      },
    ],
  });
  const other = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  try {
    await seedObjects(
      other,
      'a',
      study.instances.map(({ bytes }) => bytes),
    );
    const [path = ''] = await seedObjects(other, 'b', [state.bytes]);
    const response = await fetch(`${other.url}/dicomweb${path}/rendered`, {
      headers: { accept: 'image/jpeg' },
    });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    const { rows } = await other.index.query(
      `SELECT hospital_code AS hospital, series_instance_uid AS series FROM audit_event ORDER BY hospital_code`,
    );
    expect(rows).toEqual([
      { hospital: 'a', series: image?.seriesInstanceUid },
      { hospital: 'b', series: '2.25.9907' },
    ]);
  } finally {
    await other.close();
  }
});
