import { loadConfig } from '@hutong/storage-config';
import { type DicomJson, personName, readPart10, TAG, text } from '@hutong/dicom';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { startWorkers } from '../../../workers/src/index.ts';
import type { ChangesPage, CorrectionsPage, PatientCorrectionBody, Problem } from '../contract.ts';
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
        referringPhysicianName: { alphabetic: 'Wei^An', ideographic: '魏^安' },
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
    ...(await json<DicomJson[]>(
      '/dicomweb/studies?PatientID=P-42&PatientName=钱*&ReferringPhysicianName=魏安',
    )),
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
    if (dataset[TAG.ReferringPhysicianName] !== undefined)
      expect(personName(dataset, TAG.ReferringPhysicianName)).toEqual({
        Alphabetic: 'Wei^An',
        Ideographic: '魏^安',
      });
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

test('recovering what a standing correction replaced is refused, and undoing it brings it back', async () => {
  const study = aCtStudy({ seed: 'recovery', slices: 2 });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  const ofStudy = `/api/studies/${study.studyInstanceUid}`;
  const post = (path: string, content: object): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(content),
    });
  const asked = await post('/api/patient-corrections', {
    kind: 'studyAttributes',
    hospital: 'a',
    studyInstanceUid: study.studyInstanceUid,
    values: { patientId: 'P-wrong' },
    reason: { code: 'WRONG_PATIENT' },
  });
  const { id } = (await asked.json()) as PatientCorrectionBody;
  const correction = (): Promise<PatientCorrectionBody> => json(`/api/patient-corrections/${id}`);
  await expect.poll(async () => (await correction()).state, { timeout: 30_000 }).toBe('done');
  const { events } = await json<CorrectionsPage>(`${ofStudy}/history`);
  const rewritten = events.find(({ versions }) => versions.length > 0)!;
  const reason = { code: 'MISTAKE' };
  const refused = await post(`${ofStudy}/recover`, { event: rewritten.id, reason });
  expect(refused.status).toBe(409);
  expect(((await refused.json()) as Problem).detail).toContain(`: ${id}.`);
  expect((await post(`/api/patient-corrections/${id}/undo`, { reason })).status).toBe(202);
  await expect.poll(async () => (await correction()).state, { timeout: 30_000 }).toBe('done');
  const [found] = await json<DicomJson[]>(`/dicomweb/studies/${study.studyInstanceUid}/metadata`);
  expect(text(found!, TAG.PatientID)).toBe('P-recovery');
});
