import { loadConfig } from '@hutong/storage-config';
import { type DicomJson, personName, readPart10, TAG, text } from '@hutong/dicom';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { startWorkers } from '../../../workers/src/index.ts';
import type { ChangesPage, PatientCorrectionBody } from '../contract.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let key: string;
let workers: Awaited<ReturnType<typeof startWorkers>>;

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_QUIET_SECONDS: '0' } });
  key = await server.hospitalKey('a', ['store', 'read', 'correct']);
  const config = loadConfig({ HUTONG_QUIET_SECONDS: '0' });
  const log = pino({ level: 'silent' });
  workers = await startWorkers({ config, index: server.index, objects: server.objects, log });
});
afterAll(async () => {
  await workers.stop();
  await server.close();
});

const get = (path: string, accept: string): Promise<Response> =>
  fetch(server.url + path, { headers: { Authorization: `Bearer ${key}`, Accept: accept } });
const json = async <T>(path: string): Promise<T> => (await (await get(path, 'application/json')).json()) as T;

test('search, metadata, instances and frames agree on a corrected patient, and the label of the study stays', async () => {
  const study = aCtStudy({ seed: 'agreement' });
  const [first] = study.instances;
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  const ofStudy = `/dicomweb/studies/${study.studyInstanceUid}`;
  const ofSeries = `${ofStudy}/series/${first!.seriesInstanceUid}`;
  const ofInstance = `${ofSeries}/instances/${first!.sopInstanceUid}`;
  const conformance = async (): Promise<{ status: string; revision: number }> => {
    const { status, revision } = await json<{ status: string; revision: number }>(
      `/api/studies/${study.studyInstanceUid}/conformance`,
    );
    return { status, revision };
  };
  await expect.poll(conformance, { timeout: 20_000 }).toMatchObject({ status: 'done' });
  const verdict = await conformance();
  const framesBefore = await (await get(`${ofInstance}/frames/1`, 'application/octet-stream')).arrayBuffer();
  const etagBefore = (await get(`${ofSeries}/metadata`, 'application/dicom+json')).headers.get('etag');

  const asked = await fetch(`${server.url}/api/patient-corrections`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      kind: 'studyAttributes',
      hospital: 'a',
      studyInstanceUid: study.studyInstanceUid,
      values: {
        patientId: 'P-42',
        patientName: { alphabetic: 'Qian^Qi', ideographic: '钱^七' },
        accessionNumber: 'A-42',
      },
      reason: { code: 'WRONG_PATIENT', text: '' },
    }),
  });
  const { id } = (await asked.json()) as PatientCorrectionBody;
  const state = async (): Promise<string> =>
    (await json<PatientCorrectionBody>(`/api/patient-corrections/${id}`)).state;
  await expect.poll(state, { timeout: 30_000 }).toBe('done');

  const datasets: DicomJson[] = [
    ...(await json<DicomJson[]>('/dicomweb/studies?PatientID=P-42&PatientName=钱*')),
    ...(await json<DicomJson[]>(`${ofStudy}/metadata`)),
    ...(await json<DicomJson[]>(`${ofSeries}/metadata`)),
    ...(await json<DicomJson[]>(`${ofInstance}/metadata`)),
    readPart10(
      Buffer.from(await (await get(ofInstance, 'application/dicom; transfer-syntax=*')).arrayBuffer()),
    ).dataset,
  ];
  expect(datasets).toHaveLength(1 + 3 + 3 + 1 + 1);
  for (const dataset of datasets) {
    expect(text(dataset, TAG.PatientID)).toBe('P-42');
    expect(text(dataset, TAG.AccessionNumber)).toBe('A-42');
    expect(personName(dataset, TAG.PatientName)).toMatchObject({
      Alphabetic: 'Qian^Qi',
      Ideographic: '钱^七',
    });
  }
  expect((await get('/dicomweb/studies?PatientID=P-agreement', 'application/json')).status).toBe(204);
  const framesAfter = await (await get(`${ofInstance}/frames/1`, 'application/octet-stream')).arrayBuffer();
  expect(Buffer.from(framesAfter).equals(Buffer.from(framesBefore))).toBe(true);
  const etagAfter = (await get(`${ofSeries}/metadata`, 'application/dicom+json')).headers.get('etag');
  expect(etagAfter).not.toBe(etagBefore);
  expect((await get(`${ofInstance}/rendered`, 'image/jpeg')).status).toBe(200);
  expect(await conformance()).toEqual(verdict);

  const { changes } = await json<ChangesPage>('/api/changes');
  const actions = changes.map(({ action }) => action);
  expect(actions[0]).toBe('stored');
  expect(actions).toContain('judged');
  expect(actions.indexOf('patientCorrected')).toBeLessThan(actions.indexOf('corrected'));
  expect(changes.map(({ previous }) => previous)).toEqual([
    null,
    ...changes.slice(0, -1).map(({ number }) => number),
  ]);
});
