import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDataSource } from './dataSource.ts';
import { isSignedOut } from './session.ts';
import type { DataSource, ExtensionManager, ServicesManager } from './host/types.ts';

const asked: string[] = [];
let status = 200;
const study = {
  '0020000D': { vr: 'UI', Value: ['1.2.3'] },
  '00080020': { vr: 'DA', Value: ['20261121'] },
  '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Li^Na', Ideographic: '李^娜' }] },
  '00100020': { vr: 'LO', Value: ['P1'] },
  '00201208': { vr: 'IS', Value: [120] },
};
const server = createServer((request, answer) => {
  asked.push(request.url ?? '');
  answer.writeHead(status, { 'Content-Type': 'application/dicom+json' });
  answer.end(status === 204 ? undefined : JSON.stringify(status === 200 ? [study] : {}));
});

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise<void>((done) => server.close(() => done())));

function source(): DataSource {
  const { port } = server.address() as AddressInfo;
  const stock = { createDataSource: () => ({ query: { studies: {} } }) };
  const extensionManager = { getModuleEntry: () => stock } satisfies ExtensionManager;
  return createDataSource(
    { qidoRoot: `http://127.0.0.1:${port}/dicomweb` },
    {} as ServicesManager,
    extensionManager,
  );
}

test('a study is looked up by its UID and shown under its Chinese name', async () => {
  const [row] = await source().query.studies.search({ studyInstanceUid: '1.2.3' });
  expect(row).toMatchObject({
    studyInstanceUid: '1.2.3',
    patientName: '李娜',
    modalities: 'CT/SR',
    instances: 120,
  });
  expect(asked.at(-1)).toContain('StudyInstanceUID=1.2.3');
});

test('other studies are never looked for by PatientID, which two hospitals may give to two persons', async () => {
  const before = asked.length;
  expect(await source().query.studies.search({ patientId: 'P1' })).toEqual([]);
  expect(asked.length).toBe(before);
  const [row] = await source().query.studies.search({ studyInstanceUid: '1.2.3' });
  expect(row?.mrn).toBe('');
});

test('no content means no study', async () => {
  status = 204;
  expect(await source().query.studies.search({ studyInstanceUid: '9' })).toEqual([]);
});

test('an ended session is noticed', async () => {
  status = 401;
  await expect(source().query.studies.search({ studyInstanceUid: '9' })).rejects.toThrow('401');
  expect(isSignedOut()).toBe(true);
});
