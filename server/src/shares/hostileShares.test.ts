import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy, toInstance } from '../../../test/factories/index.ts';
import type { MadeShareBody, ShareContent } from '../contract/shares.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let store: (bytes: Uint8Array[]) => Promise<void>;
let sharer = '';
/** Shared with one series, and a study of the same hospital that is not shared. */
let shared: FactoryStudy;
let other: FactoryStudy;
const HIDDEN_SERIES = '2.25.7001';
const STATE_SERIES = '2.25.7002';
let limited: { alias: string; cookie: string };

async function open(content: object): Promise<{ alias: string; cookie: string }> {
  const send = (path: string, body: object, key = '') =>
    fetch(`${server.url}/api${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
    });
  const made = await send('/shares', { hospital: 'a', hours: 1, factor: 'none', ...content }, sharer);
  expect(made.status).toBe(201);
  const { link, alias } = (await made.json()) as MadeShareBody;
  const opened = await send('/share-sessions', { token: new URL(link).hash.slice(1) });
  expect(opened.status).toBe(201);
  return { alias, cookie: (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
}

/** A request whose target is sent as it is written, which `fetch` would put right. */
function ask(target: string, headers: Record<string, string> = {}, method = 'GET') {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(
      {
        hostname,
        port,
        method,
        path: target,
        headers: { Cookie: limited.cookie, Accept: '*/*', ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') }),
        );
        response.on('error', reject);
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

const IMAGE = {
  Modality: 'CT',
  Rows: 2,
  Columns: 2,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  SamplesPerPixel: 1,
  PixelRepresentation: 0,
  PhotometricInterpretation: 'MONOCHROME2',
  PixelData: new Uint8Array([1, 2, 3, 4]),
};

beforeAll(async () => {
  server = await startTestServer();
  const key = await server.hospitalKey('a');
  sharer = (await createApiKey(server.index, { hospital: 'a', scopes: ['read', 'share'] })).secret;
  store = async (bytes) => {
    expect((await postStore(`${server.url}/dicomweb`, multipartBody(bytes), { key })).status).toBe(200);
  };
  shared = aCtStudy({ seed: 'limited' });
  other = aCtStudy({ seed: 'outside', overrides: { PatientName: 'Mimi^San' } });
  const whose = {
    StudyInstanceUID: shared.studyInstanceUid,
    PatientID: 'P-limited',
    PatientName: 'Ceshi^Yi',
    StudyDate: '20260101',
  };
  const hidden = toInstance({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID: '2.25.7101',
    SeriesInstanceUID: HIDDEN_SERIES,
    ...whose,
    ...IMAGE,
  });
  const refers = (sop: string, series: string, image: string) =>
    toInstance({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.11.1',
      SOPInstanceUID: sop,
      SeriesInstanceUID: STATE_SERIES,
      ...whose,
      Modality: 'PR',
      PresentationLUTShape: 'INVERSE',
      ReferencedSeriesSequence: [
        {
          SeriesInstanceUID: series,
          ReferencedImageSequence: [
            { ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2', ReferencedSOPInstanceUID: image },
          ],
        },
      ],
    });
  const [first] = shared.instances;
  await store([
    ...shared.instances.map(({ bytes }) => bytes),
    hidden.bytes,
    refers('2.25.7201', HIDDEN_SERIES, '2.25.7101').bytes,
    refers('2.25.7202', first?.seriesInstanceUid ?? '', first?.sopInstanceUid ?? '').bytes,
    refers('2.25.7203', other.instances[0]?.seriesInstanceUid ?? '', other.instances[0]?.sopInstanceUid ?? '')
      .bytes,
  ]);
  await store(other.instances.map(({ bytes }) => bytes));
  limited = await open({
    studies: [
      {
        studyInstanceUid: shared.studyInstanceUid,
        seriesInstanceUids: [first?.seriesInstanceUid ?? '', STATE_SERIES],
      },
    ],
  });
});
afterAll(() => server.close());

const root = () => `/shares/${limited.alias}/dicomweb`;

describe('a presentation state in a share of single series', () => {
  const state = (sop: string) =>
    `${root()}/studies/${shared.studyInstanceUid}/series/${STATE_SERIES}/instances/${sop}/rendered`;

  test('shows the images of the share', async () => {
    expect((await ask(state('2.25.7202'))).status).toBe(200);
  });

  test.each(['2.25.7201', '2.25.7203'])('%s does not show images outside of the share', async (sop) => {
    expect((await ask(state(sop))).status).toBe(404);
  });
});

describe('an address written in another way leads to nothing outside of the share', () => {
  const uid = () => other.studyInstanceUid;
  const own = () => shared.studyInstanceUid;
  test.each([
    () => `${root()}/studies/${own()}/series/${HIDDEN_SERIES}/metadata`,
    () => `${root()}/studies/${own()}/metadata`,
    () => `${root()}/studies/${own()}/series`,
    () => `${root()}/studies/${own()}`,
    () => `${root()}/studies?StudyInstanceUID=${own()}`,
    () => `${root()}/studies?StudyInstanceUID=${own()}&StudyInstanceUID=${uid()}`,
    () => `${root()}/studies?0020000D=${uid()}`,
    () => `${root()}/studies?StudyInstanceUID=${own()}&0020000D=${uid()}`,
    () => `${root()}/studies?StudyInstanceUID=${own()},${uid()}`,
    () => `${root()}/studies?%53tudyInstanceUID=${uid()}`,
    () => `${root()}/STUDIES/${uid()}/metadata`,
    () => `${root()}//studies/${uid()}/metadata`,
    () => `${root()}/studies//${uid()}/metadata`,
    () => `${root()}/./studies/${uid()}/metadata`,
    () => `${root()}/studies/${own()}/../${uid()}/metadata`,
    () => `${root()}/studies/${own()}/%2e%2e/${uid()}/metadata`,
    () => `${root()}/studies/${own()}%2f..%2f${uid()}/metadata`,
    () => `${root()}/studies/${own()};/../${uid()}/metadata`,
    () => `${root()}/studies/${own()}%00/series/${HIDDEN_SERIES}/metadata`,
    () => `${root()}/studies/${own()}/series/${HIDDEN_SERIES}%2f/metadata`,
    () => `${root()}/studies/${own()}\\..\\${uid()}/metadata`,
    () => `${root()}/../../../dicomweb/studies/${uid()}/metadata`,
    () => `/shares/${limited.alias}/../../dicomweb/studies/${uid()}/metadata`,
    () => `/shares/${limited.alias}%2f..%2f..%2fdicomweb/studies/${uid()}/metadata`,
    () => `/shares/${limited.alias.toUpperCase()}/dicomweb/studies/${uid()}/metadata`,
    () => `${server.url}${root()}/studies/${uid()}/metadata`,
    () => `http://other.example${root()}/studies/${uid()}/metadata`,
    () => `${root()}/studies/${uid()}/metadata#/studies/${own()}`,
    () => `${root()}/studies/${own()}/series/${HIDDEN_SERIES}/instances/2.25.7101/rendered`,
    () => `${root()}/studies/${own()}/series/${HIDDEN_SERIES}/thumbnail?accept=image/jpeg`,
    () => `/dicomweb/studies/${uid()}/metadata`,
    () => `/wado?requestType=WADO&studyUID=${own()}&seriesUID=${HIDDEN_SERIES}&objectUID=2.25.7101`,
  ])('%s', async (target) => {
    for (const [method, headers] of [
      ['GET', {}],
      ['GET', { Range: 'bytes=0-9' }],
      ['GET', { 'X-Original-URL': '/dicomweb/studies', 'X-Rewrite-URL': '/dicomweb/studies' }],
      ['GET', { 'If-None-Match': '*' }],
      ['HEAD', {}],
      ['POST', { 'X-HTTP-Method-Override': 'GET' }],
      ['DELETE', {}],
    ] as const) {
      const { status, body } = await ask(target(), headers, method);
      expect([method, status >= 400 && status < 500]).toEqual([method, true]);
      expect(body).not.toContain('Mimi');
      expect(body).not.toContain('"00080018"');
    }
  });

  test('nor does a second request on the connection of a first that is allowed', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const first = `${root()}/studies/${own()}/series/${STATE_SERIES}/metadata`;
    const head = (path: string, more = '') =>
      `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${limited.cookie}\r\n${more}\r\n`;
    socket.write(head(first) + head(`${root()}/studies/${uid()}/metadata`, 'Connection: close\r\n'));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    await once(socket, 'close');
    expect([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).toEqual(['200', '404']);
    expect(text).not.toContain('Mimi');
  });
});

test('every address in what a share answers leads into the share', async () => {
  const { body } = await ask(
    `${root()}/studies/${shared.studyInstanceUid}/series/${shared.instances[0]?.seriesInstanceUid ?? ''}/metadata`,
  );
  const uris = [...body.matchAll(/"BulkDataURI":"([^"]+)"/g)].map(([, uri = '']) => uri);
  expect(uris).not.toEqual([]);
  for (const uri of uris) expect(new URL(uri).pathname).toMatch(new RegExp(`^${root()}/`));
});

test('an accession number that two patients have shows neither, unless it is said whose it is', async () => {
  const numbered = (seed: string) =>
    aCtStudy({ seed, overrides: { AccessionNumber: 'TWICE-1', PatientID: seed } });
  const [one, two] = [numbered('one'), numbered('two')];
  await store(one.instances.map(({ bytes }) => bytes));
  const either = await open({ accessionNumber: 'TWICE-1' });
  const content = async ({ alias, cookie }: { alias: string; cookie: string }) => {
    const answer = await fetch(`${server.url}/shares/${alias}/content`, { headers: { Cookie: cookie } });
    return ((await answer.json()) as ShareContent).studies.map(({ studyInstanceUid }) => studyInstanceUid);
  };
  expect(await content(either)).toEqual([one.studyInstanceUid]);
  await store(two.instances.map(({ bytes }) => bytes));
  expect(await content(either)).toEqual([]);
  expect(await content(await open({ accessionNumber: 'TWICE-1', patientId: 'two' }))).toEqual([
    two.studyInstanceUid,
  ]);
});

describe('a name that is made to mislead', () => {
  const NAMES: [string, string][] = [
    ['turns the direction of writing', 'Mimi\u202Egpj.exe'],
    ['ends lines', 'Mimi\r\nSet-Cookie: stolen=1\r\n\r\n<script>'],
    ['has quotes', `Mimi"; filename="evil.exe`],
    ['is 300 characters long', 'Mimi'.repeat(75)],
    ['leads out of the folder', '../../Mimi/../etc/passwd'],
    ['leads out of the folder in the other way', '..\\..\\Mimi.exe'],
    ['has a null', 'Mimi\u0000.exe'],
    ['is markup', 'Mimi<img src=x onerror=alert(1)>'],
  ];
  test.each(NAMES)(
    '%s: stands in no header, no name in the archive, and no page as it is',
    async (why, name) => {
      const study = aCtStudy({ seed: `hostile ${why}`, slices: 2, overrides: { PatientID: why } });
      await store(study.instances.map(({ bytes }) => bytes));
      // As it would stand in the index if whatever cleans on the way in did not.
      const text = name.replaceAll('\u0000', '');
      await server.index.query(
        `UPDATE study SET patient_name_alphabetic = $2, study_description = $2 WHERE study_instance_uid = $1`,
        [study.studyInstanceUid, text],
      );
      const send = (path: string, body: object) =>
        fetch(`${server.url}/api${path}`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sharer}` },
          body: JSON.stringify(body),
        });
      const content = {
        hospital: 'a',
        hours: 1,
        factor: 'none',
        mayDownload: true,
        studies: [{ studyInstanceUid: study.studyInstanceUid }],
      };
      const made = await send('/shares', content);
      expect(made.status).toBe(201);
      const { slip } = (await made.json()) as MadeShareBody;
      expect(slip).not.toMatch(/<script>|<img src=x/);
      const { alias, cookie } = await open(content);
      const zip = await fetch(`${server.url}/shares/${alias}/dicomweb/studies/${study.studyInstanceUid}`, {
        headers: { Cookie: cookie, Accept: 'application/zip' },
      });
      expect(zip.status).toBe(200);
      expect(JSON.stringify([...zip.headers])).not.toMatch(/Mimi|stolen|evil|\.exe/);
      expect(zip.headers.get('content-disposition')).toBe('attachment; filename="study.zip"');
      const bytes = Buffer.from(await zip.arrayBuffer());
      const names: string[] = [];
      for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4))
        names.push(bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString());
      expect(names).toHaveLength(2);
      for (const each of names) expect(each).toMatch(/^series-\d{3}\/instance-\d{5}\.dcm$/);
      const page = await fetch(`${server.url}/shares/${alias}/content`, { headers: { Cookie: cookie } });
      expect(page.headers.get('content-type')).toContain('application/json');
      expect(JSON.stringify([...page.headers])).not.toMatch(/Mimi|stolen|evil|\.exe/);
    },
  );
});
