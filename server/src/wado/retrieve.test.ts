import type { DicomJson } from '@hutong/dicom';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOSPITALS_HEADER, seedStudy, startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { parseMultipart } from '../dicomweb/testMultipart.ts';
import { wadoRoutes } from './routes.ts';

let gateway: TestGateway;

/** An object of a head, then frames of 1000 bytes whose every byte is the frame's number, then a tail. */
const HEAD = 300;
const FRAME = 1000;
const native = Buffer.concat([
  Buffer.alloc(HEAD, 0xaa),
  ...[1, 2, 3, 4].map((frame) => Buffer.alloc(FRAME, frame)),
  Buffer.alloc(20, 0xbb),
]);
const nativeLayout = {
  encapsulated: false,
  value: { offset: HEAD, length: 4 * FRAME },
  numberOfFrames: 4,
  frameLength: FRAME,
};
/** Frame 2 lies in two fragments; eight bytes of header stand before each fragment. */
const encapsulatedLayout = {
  encapsulated: true,
  value: { offset: HEAD - 8, length: 4 * FRAME },
  numberOfFrames: 2,
  frames: [
    [{ offset: HEAD, length: 500 }],
    [
      { offset: HEAD + 1008, length: 300 },
      { offset: HEAD + 2008, length: 400 },
    ],
  ],
};

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  await seedStudy(gateway, {
    hospital: 'a',
    uid: '1.1',
    columns: { patient_id: 'P1' },
    series: [
      {
        uid: '1.1.1',
        columns: { series_number: 1 },
        instances: [
          {
            uid: '1.1.1.1',
            columns: { instance_number: 2, transfer_syntax_uid: '1.2.840.10008.1.2' },
            bytes: native,
            pixelData: nativeLayout,
            bulkData: { '7FE00010': nativeLayout.value, '00081140/0/00420011': { offset: HEAD, length: 10 } },
            dataset: {
              '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
              '00081140': {
                vr: 'SQ',
                Value: [{ '00420011': { vr: 'OB', BulkDataURI: '00081140/0/00420011' } }],
              },
              '00090010': { vr: 'LO', Value: ['GEMS_IDEN_01'] },
              '00091002': { vr: 'SH', Value: ['"BulkDataURI":"no"\\'] },
              '00100010': { vr: 'PN', Value: [{ Ideographic: '张^三' }] },
              '7FE00010': { vr: 'OW', BulkDataURI: '7FE00010' },
            },
          },
          { uid: '1.1.1.2', columns: { instance_number: 1 }, bytes: Buffer.from('second instance') },
          {
            uid: '1.1.1.3',
            columns: { instance_number: 3, transfer_syntax_uid: '1.2.840.10008.1.2.4.80' },
            bytes: native,
            pixelData: encapsulatedLayout,
          },
          {
            uid: '1.1.1.4',
            columns: { instance_number: 4, transfer_syntax_uid: '1.2.840.10008.1.2.2' },
            bytes: native,
            pixelData: nativeLayout,
          },
          {
            uid: '1.1.1.5',
            columns: { instance_number: 5 },
            bytes: native,
            pixelData: {
              encapsulated: false,
              value: nativeLayout.value,
              numberOfFrames: 3,
              undividedReason: '1-bit',
            },
          },
        ],
      },
    ],
  });
  await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.1',
    columns: { patient_id: 'P1' },
    series: [
      {
        uid: '1.1.1',
        instances: [
          { uid: '1.1.1.1', bytes: Buffer.from('the copy of b') },
          { uid: '1.1.1.9', columns: { instance_number: 9 }, bytes: Buffer.from('only at b') },
        ],
      },
    ],
  });
  await seedStudy(gateway, {
    hospital: 'b',
    uid: '1.2',
    series: [{ uid: '1.2.1', instances: [{ uid: '1.2.1.1' }] }],
  });
});
afterAll(() => gateway.close());

const SERIES = '/studies/1.1/series/1.1.1';
const INSTANCE = `${SERIES}/instances/1.1.1.1`;

function get(path: string, headers: Record<string, string> = {}, root = '/dicomweb'): Promise<Response> {
  return fetch(`${gateway.url}${root}${path}`, { headers });
}
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

async function parts(
  path: string,
  accept: string,
): Promise<{ headers: Record<string, string>; body: Buffer }[]> {
  const response = await get(path, { accept });
  expect(response.status).toBe(200);
  const body = await bytesOf(response);
  const length = response.headers.get('content-length');
  if (length !== null) expect(body.length).toBe(Number(length));
  return parseMultipart(response.headers.get('content-type') ?? '', body);
}

describe('stored objects', () => {
  test('one instance as a single part is the stored object, byte for byte', async () => {
    const response = await get(INSTANCE, { accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2' });
    expect(response.headers.get('content-type')).toBe('application/dicom; transfer-syntax=1.2.840.10008.1.2');
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(await bytesOf(response)).toEqual(native);
  });

  test('a series is multipart, in the order of instance numbers, each instance of the union once', async () => {
    const found = await parts(SERIES, 'multipart/related; type="application/dicom"; transfer-syntax=*');
    expect(found.map(({ body }) => body)).toEqual([
      Buffer.from('second instance'),
      native,
      native,
      native,
      native,
      Buffer.from('only at b'),
    ]);
    expect(found[0]?.headers).toEqual({
      'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
    });
    expect(await parts('/studies/1.1', 'multipart/related; transfer-syntax=*')).toHaveLength(6);
  });

  test("the root of a hospital answers that hospital's copy", async () => {
    const response = await get(INSTANCE, { accept: 'application/dicom' }, '/hospitals/b/dicomweb');
    expect(await response.text()).toBe('the copy of b');
  });

  test.each([
    ['application/dicom', 200],
    ['application/dicom; transfer-syntax=*', 200],
    ['application/dicom; transfer-syntax=1.2.840.10008.1.2', 200],
    ['application/dicom; transfer-syntax="1.2.840.10008.1.2"', 200],
    ['multipart/related; type=application/dicom', 200],
    ['multipart/related', 200],
    ['text/html, */*;q=0.1', 200],
    ['application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90', 406],
    ['image/png', 406],
  ])('Accept: %s is answered %i', async (accept, status) => {
    const response = await get(INSTANCE, { accept });
    expect(response.status).toBe(status);
    await response.arrayBuffer();
  });

  test('several instances are no single part, and the reason says so', async () => {
    const response = await get(SERIES, { accept: 'application/dicom' });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('multipart/related') as string,
    });
  });

  test.each([
    ['bytes=0-9', 206, 'bytes 0-9/4320', 10],
    ['bytes=4300-', 206, 'bytes 4300-4319/4320', 20],
    ['bytes=-5', 206, 'bytes 4315-4319/4320', 5],
    ['bytes=4000-9999', 206, 'bytes 4000-4319/4320', 320],
    ['bytes=4320-', 416, 'bytes */4320', null],
    ['bytes=0-1,5-6', 200, null, 4320],
    ['lines=1-2', 200, null, 4320],
  ])('Range: %s is answered %i', async (range, status, contentRange, length) => {
    const response = await get(INSTANCE, {
      accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2',
      range,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(contentRange);
    const body = await bytesOf(response);
    if (length !== null) expect(body.length).toBe(length);
  });

  test('an object that is not the one If-Match names is 412', async () => {
    const accept = 'application/dicom; transfer-syntax=1.2.840.10008.1.2';
    const first = await get(INSTANCE, { accept });
    await first.arrayBuffer();
    const tag = first.headers.get('etag') ?? '';
    for (const [name, status] of [
      [tag, 200],
      [`"x", ${tag}`, 200],
      ['*', 200],
      ['"x"', 412],
      [`W/${tag}`, 412],
    ] as const) {
      const again = await get(INSTANCE, { accept, 'if-match': name });
      expect([name, again.status]).toEqual([name, status]);
      await again.arrayBuffer();
    }
  });

  test('an object the client has is answered 304', async () => {
    const first = await get(INSTANCE, { accept: 'application/dicom' });
    await first.arrayBuffer();
    const tag = first.headers.get('etag') ?? '';
    const again = await get(INSTANCE, { accept: 'application/dicom', 'if-none-match': `"x", ${tag}` });
    expect(again.status).toBe(304);
  });

  test('HEAD says the length and sends nothing', async () => {
    const response = await fetch(`${gateway.url}/dicomweb${INSTANCE}`, {
      method: 'HEAD',
      headers: { accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('4320');
  });

  test('an object that the store lost is an error that says so, not an empty answer', async () => {
    const { rows } = await gateway.index.query<{ object_key: string }>(
      `SELECT object_key FROM instance WHERE sop_instance_uid = '1.2.1.1'`,
    );
    await gateway.objects.delete(rows[0]?.object_key ?? '');
    const response = await get('/studies/1.2/series/1.2.1/instances/1.2.1.1');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'object-missing' });
  });
});

describe('paths', () => {
  test.each([
    '/studies/9.9',
    '/studies/1.1/series/1.2.1',
    '/studies/1.2/series/1.1.1/instances/1.1.1.1',
    '/studies/1.1/series/1.1.1/instances/1.2.1.1/frames/1',
    '/studies/1.1/series/1.2.1/instances/1.2.1.1/metadata',
    '/studies/1.1/series/1.2.1/instances/1.2.1.1/bulkdata/7FE00010',
    '/studies/9.9/metadata',
  ])('%s is 404', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    await response.arrayBuffer();
  });

  test.each(['/studies/abc', '/studies/1..2/metadata', `/studies/${'1'.repeat(65)}`])(
    '%s is 400',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );

  test.each([
    '/studies/1.2',
    '/studies/1.2/metadata',
    '/studies/1.2/series/1.2.1/instances/1.2.1.1/frames/1',
    '/studies/1.2/series/1.2.1/instances/1.2.1.1/bulkdata/7FE00010',
  ])("another hospital's %s cannot be told from an absent study", async (path) => {
    const hidden = await get(path, { [HOSPITALS_HEADER]: 'a' });
    const missing = await get(path.replace('/studies/1.2', '/studies/9.9'), { [HOSPITALS_HEADER]: 'a' });
    const told = async (response: Response) => [
      response.status,
      [...response.headers].filter(([name]) => name !== 'date'),
      await response.text(),
    ];
    expect(await told(hidden)).toEqual(await told(missing));
    expect(hidden.status).toBe(404);
  });
});

describe('metadata', () => {
  test('a dataset comes back whole, with absolute BulkDataURIs under the root that was asked', async () => {
    const response = await get(`${INSTANCE}/metadata`, {}, '/hospitals/a/dicomweb');
    expect(response.headers.get('content-type')).toBe('application/dicom+json');
    const text = await response.text();
    const [dataset = {}] = JSON.parse(text) as DicomJson[];
    const url = `${gateway.url}/hospitals/a/dicomweb${INSTANCE}/bulkdata/`;
    expect(dataset).toMatchObject({
      '00080018': { vr: 'UI', Value: ['1.1.1.1'] },
      '00081140': {
        vr: 'SQ',
        Value: [{ '00420011': { vr: 'OB', BulkDataURI: `${url}00081140/0/00420011` } }],
      },
      '00090010': { vr: 'LO', Value: ['GEMS_IDEN_01'] },
      '00091002': { vr: 'SH', Value: ['"BulkDataURI":"no"\\'] },
      '00100010': { vr: 'PN', Value: [{ Ideographic: '张^三' }] },
      '7FE00010': { vr: 'OW', BulkDataURI: `${url}7FE00010` },
    });
  });

  test('the HR block takes the first free block, in the order of tags', async () => {
    const text = await (await get(`${INSTANCE}/metadata`)).text();
    const [dataset = {}] = JSON.parse(text) as DicomJson[];
    expect(dataset).toMatchObject({
      '00090011': { vr: 'LO', Value: ['HUTONG HR 1.0'] },
      '00091102': { vr: 'CS', Value: ['PENDING'] },
      '00091103': { vr: 'LO', Value: ['a'] },
      '00091104': { vr: 'LO', Value: ['a医院'] },
    });
    expect(Object.keys(dataset)).toEqual(Object.keys(dataset).toSorted());
  });

  test('a study lists every instance of the union once, in order', async () => {
    const datasets = (await (await get('/studies/1.1/metadata')).json()) as DicomJson[];
    expect(datasets.map((dataset) => dataset['00080018']?.Value?.[0])).toEqual([
      '1.1.1.2',
      '1.1.1.1',
      '1.1.1.3',
      '1.1.1.4',
      '1.1.1.5',
      '1.1.1.9',
    ]);
    expect(datasets.map((dataset) => (dataset['00091003'] ?? dataset['00091103'])?.Value?.[0])).toEqual([
      'a',
      'a',
      'a',
      'a',
      'a',
      'b',
    ]);
  });

  test('it is compressed where the client accepts that', async () => {
    const plain = await (await get(`${SERIES}/metadata`, { 'accept-encoding': 'identity' })).text();
    const raw = await new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
      const asked = request(`${gateway.url}/dicomweb${SERIES}/metadata`, {
        headers: { 'accept-encoding': 'gzip, br;q=0' },
      });
      asked.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) });
        });
      });
      asked.on('error', reject).end();
    });
    expect(raw.encoding).toBe('gzip');
    expect(gunzipSync(raw.body).toString()).toBe(plain);
    expect(
      (await get(`${SERIES}/metadata`, { 'accept-encoding': 'br' })).headers.get('content-encoding'),
    ).toBe('br');
  });

  test('the entity tag holds until the series, its verdict or its label changes', async () => {
    const ask = async (tag: string): Promise<number> => {
      const response = await get('/studies/1.2/series/1.2.1/metadata', { 'if-none-match': tag });
      await response.arrayBuffer();
      return response.status;
    };
    const tagNow = async (): Promise<string> => {
      const response = await get('/studies/1.2/series/1.2.1/metadata');
      await response.arrayBuffer();
      return response.headers.get('etag') ?? '';
    };
    const first = await tagNow();
    expect(await ask(first)).toBe(304);
    await gateway.index.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       SELECT study_id, 'DR-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine' FROM study WHERE study_instance_uid = '1.2'`,
    );
    expect(await ask(first)).toBe(200);
    const second = await tagNow();
    await gateway.index.query(
      `UPDATE series SET revision = revision + 1 WHERE series_instance_uid = '1.2.1'`,
    );
    expect(await ask(second)).toBe(200);
  });

  test('XML is multipart, one document an instance', async () => {
    const response = await get(`${SERIES}/metadata`, {
      accept: 'multipart/related; type="application/dicom+xml"',
    });
    const found = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
    expect(found).toHaveLength(6);
    expect(found[1]?.body.toString()).toContain(
      `<BulkData uri="${gateway.url}/dicomweb${INSTANCE}/bulkdata/7FE00010"/>`,
    );
  });
});

describe('frames', () => {
  const OHIF = 'multipart/related; type=application/octet-stream; transfer-syntax=*';

  test('native frames are the bytes of the object, in the order asked for', async () => {
    const found = await parts(
      `${INSTANCE}/frames/3,1,2`,
      'multipart/related; type="application/octet-stream"',
    );
    expect(found.map(({ body }) => body)).toEqual([3, 1, 2].map((frame) => Buffer.alloc(FRAME, frame)));
    expect(found[0]?.headers).toEqual({
      'content-type': 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
    });
  });

  test('a frame of several fragments is put together without their headers', async () => {
    const found = await parts(`${SERIES}/instances/1.1.1.3/frames/1,2`, OHIF);
    expect(found.map(({ body }) => body)).toEqual([
      Buffer.alloc(500, 1),
      Buffer.concat([native.subarray(HEAD + 1008, HEAD + 1308), native.subarray(HEAD + 2008, HEAD + 2408)]),
    ]);
    expect(found[0]?.headers['content-type']).toBe(
      'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80',
    );
  });

  test.each([
    [
      '1.1.1.1',
      '1',
      '*/*',
      200,
      'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1',
    ],
    [
      '1.1.1.1',
      '1',
      'application/octet-stream',
      200,
      'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1',
    ],
    ['1.1.1.1', '1,2', 'application/octet-stream', 406, ''],
    ['1.1.1.1', '1', 'image/jpeg', 406, ''],
    ['1.1.1.1', '1', 'image/jpeg, application/octet-stream;q=0.1', 200, 'application/octet-stream'],
    [
      '1.1.1.3',
      '1',
      '*/*',
      200,
      'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80',
    ],
    ['1.1.1.3', '1', 'image/jls', 200, 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80'],
    ['1.1.1.3', '1', 'image/x-jls', 200, 'image/jls'],
    ['1.1.1.3', '1', 'multipart/related; type="image/*"', 200, 'multipart/related; type="image/jls"'],
    ['1.1.1.3', '1', 'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.81', 406, ''],
    ['1.1.1.3', '1', 'multipart/related; type="application/octet-stream"', 406, ''],
    ['1.1.1.4', '1', OHIF, 406, ''],
    ['1.1.1.5', '1', OHIF, 406, ''],
  ])('instance %s frames %s with Accept: %s is answered %i %s', async (uid, frames, accept, status, type) => {
    const response = await get(`${SERIES}/instances/${uid}/frames/${frames}`, { accept });
    expect(response.status).toBe(status);
    if (status === 200) expect(response.headers.get('content-type')).toContain(type);
    await response.arrayBuffer();
  });

  test.each([
    ['5', 404],
    ['1,5', 404],
    ['0', 400],
    ['-1', 400],
    ['1;2', 400],
    ['1,', 400],
    ['1,two', 400],
    ['99999999999', 400],
  ])('frames %s are answered %i', async (frames, status) => {
    expect((await get(`${INSTANCE}/frames/${frames}`)).status).toBe(status);
  });

  test('an instance without pixel data has no frames', async () => {
    expect((await get(`${SERIES}/instances/1.1.1.2/frames/1`)).status).toBe(404);
  });

  test('HEAD and 304 read no frame', async () => {
    const head = await fetch(`${gateway.url}/dicomweb${INSTANCE}/frames/1`, {
      method: 'HEAD',
      headers: { accept: 'application/octet-stream' },
    });
    expect(head.headers.get('content-length')).toBe(String(FRAME));
    const again = await get(`${INSTANCE}/frames/1`, {
      accept: 'application/octet-stream',
      'if-none-match': head.headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
  });
});

describe('bulk data', () => {
  test('a value is answered whole or in part', async () => {
    const whole = await get(`${INSTANCE}/bulkdata/7FE00010`);
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(await bytesOf(whole)).toEqual(native.subarray(HEAD, HEAD + 4 * FRAME));
    const part = await get(`${INSTANCE}/bulkdata/7FE00010`, { range: 'bytes=999-1000' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 999-1000/4000');
    expect([...(await bytesOf(part))]).toEqual([1, 2]);
    expect((await get(`${INSTANCE}/bulkdata/7FE00010`, { range: 'bytes=4000-' })).status).toBe(416);
  });

  test('a value inside a sequence is found by its path', async () => {
    const [part] = await parts(
      `${INSTANCE}/bulkdata/00081140/0/00420011`,
      'multipart/related; type="application/octet-stream"',
    );
    expect(part?.body).toEqual(Buffer.alloc(10, 1));
  });

  test('encapsulated pixel data is answered as its frames', async () => {
    const found = await parts(`${SERIES}/instances/1.1.1.3/bulkdata/7FE00010`, '*/*');
    expect(found.map(({ body }) => body.length)).toEqual([500, 700]);
  });

  test.each([
    ['00420011', 404],
    ['PixelData', 400],
    ['00081140/x/00420011', 400],
    ['..%2f..%2fetc', 400],
  ])('bulkdata/%s is answered %i', async (path, status) => {
    expect((await get(`${INSTANCE}/bulkdata/${path}`)).status).toBe(status);
  });
});
