import { TRANSFER_SYNTAXES } from '@hutong/dicom';
import { Router } from 'express';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  element,
  encapsulated,
  IDENTITY,
  part10Object,
  shorts,
} from '../../../packages/dicom/src/testObjects.ts';
import { anInstance, toInstance } from '../../../test/factories/index.ts';
import { forgotAudit } from '../audit/audit.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { parseMultipart } from '../dicomweb/testMultipart.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const JPEG_LS = TRANSFER_SYNTAXES.jpegLsLossless.uid;
const STUDY = IDENTITY.studyInstanceUid;
const identity = { PatientName: 'Li^Si', PatientID: 'P1', StudyInstanceUID: STUDY };
const pixels = new Uint8Array(64 * 64).map((_, i) => i % 251);
const native = anInstance({
  ...identity,
  SeriesInstanceUID: '2.25.401',
  SOPInstanceUID: '2.25.402',
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows: 64,
  Columns: 64,
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
  PixelRepresentation: 0,
  PixelData: pixels,
});
/** Compressed by what no codec here decodes, beside a large private value. */
const undecodable = part10Object({
  transferSyntaxUid: TRANSFER_SYNTAXES.jpegXl.uid,
  before: [element('00091010', 'OB', Buffer.alloc(2000, 7))],
  after: [
    element('00280002', 'US', shorts([1])),
    element('00280004', 'CS', 'MONOCHROME2'),
    element('00280010', 'US', shorts([4])),
    element('00280011', 'US', shorts([4])),
    element('00280100', 'US', shorts([8])),
    element('00280101', 'US', shorts([8])),
    element('00280102', 'US', shorts([7])),
    element('00280103', 'US', shorts([0])),
    encapsulated([Buffer.from('a codestream of some other kind.')]),
  ],
});
const report = toInstance({
  ...identity,
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11',
  StudyInstanceUID: '2.25.410',
  SeriesInstanceUID: '2.25.411',
  SOPInstanceUID: '2.25.412',
  Modality: 'SR',
});

let gateway: TestGateway;
const forgotten: string[] = [];
let image = '';
let other = '';
beforeAll(async () => {
  const watch = Router();
  watch.use((req, res, next) => {
    res.on('finish', () => {
      if (forgotAudit(res)) forgotten.push(req.path);
    });
    next();
  });
  gateway = await startTestGateway((parts) => ({ dicomweb: [watch, wadoRoutes(parts)] }));
  [image = '', other = ''] = await seedObjects(gateway, 'a', [native.bytes, undecodable]);
  await seedObjects(gateway, 'a', [report.bytes]);
});
afterAll(() => gateway.close());

const get = (target: string, accept: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/dicomweb${target}`, { headers: { accept, ...headers } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
async function partsOf(response: Response) {
  expect(response.status).toBe(200);
  return parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
}

describe('a frame as a single part', () => {
  const accept = 'application/octet-stream';

  test.each([
    ['bytes=0-99', 206, 'bytes 0-99/4096', pixels.subarray(0, 100)],
    ['bytes=4000-', 206, 'bytes 4000-4095/4096', pixels.subarray(4000)],
    ['bytes=-3', 206, 'bytes 4093-4095/4096', pixels.subarray(4093)],
    ['bytes=0-1,4-5', 200, null, pixels],
  ])('of Range: %s is answered %i', async (range, status, contentRange, bytes) => {
    const answer = await get(`${image}/frames/1`, accept, { range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([status, contentRange]);
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
    expect(await bytesOf(answer)).toEqual(Buffer.from(bytes));
  });

  test('of a range behind its end is 416', async () => {
    const answer = await get(`${image}/frames/1`, accept, { range: 'bytes=4096-' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */4096']);
  });

  test('of another If-Range comes whole', async () => {
    const range = 'bytes=0-9';
    const tag = (await get(`${image}/frames/1`, accept)).headers.get('etag') ?? '';
    expect((await get(`${image}/frames/1`, accept, { range, 'if-range': tag })).status).toBe(206);
    expect((await get(`${image}/frames/1`, accept, { range, 'if-range': '"x"' })).status).toBe(200);
  });

  test('of several frames has no byte ranges', async () => {
    const answer = await get(`${image}/frames/1`, 'multipart/related; type="application/octet-stream"', {
      range: 'bytes=0-9',
    });
    expect([answer.status, answer.headers.get('accept-ranges')]).toEqual([200, null]);
    await answer.arrayBuffer();
  });
});

describe('uncompressed pixel data as bulk data', () => {
  const jpegLs = `application/octet-stream; transfer-syntax=${JPEG_LS}`;

  test('comes in the transfer syntax that is named', async () => {
    const answer = await get(`${image}/bulkdata/7FE00010`, jpegLs);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, jpegLs]);
    expect((await bytesOf(answer)).readUInt32BE(0)).toBe(0xffd8fff7);
    const [part] = await partsOf(
      await get(`${image}/bulkdata`, `multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`),
    );
    expect(part?.headers['content-type']).toBe(`image/jls; transfer-syntax=${JPEG_LS}`);
  });

  test('is 406 in one that it cannot be had in', async () => {
    const accept = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.999';
    expect((await get(`${image}/bulkdata/7FE00010`, accept)).status).toBe(406);
  });

  test.each(['*/*', 'application/octet-stream', `${jpegLs};q=0.1, application/octet-stream`])(
    'comes as it is where Accept is %s',
    async (accept) => {
      expect(await bytesOf(await get(`${image}/bulkdata/7FE00010`, accept))).toEqual(Buffer.from(pixels));
    },
  );
});

describe('all bulk data', () => {
  test.each(['bulkdata', 'pixeldata'])(
    'of a study (%s) leaves out what cannot be converted, with a warning',
    async (resource) => {
      const answer = await get(
        `/studies/${STUDY}/${resource}`,
        'multipart/related; type="application/octet-stream"',
      );
      expect(answer.headers.get('warning')).toMatch(/^299 \S+: 1 values are left out/);
      const parts = await partsOf(answer);
      expect(parts.map(({ headers }) => headers['content-location']?.split('/').at(-1)).toSorted()).toEqual(
        resource === 'bulkdata' ? ['00091010', '7FE00010'] : ['7FE00010'],
      );
    },
  );

  test('is 406 where none of it can be had', async () => {
    const accept = 'multipart/related; type="application/octet-stream"';
    expect((await get(`${other}/pixeldata`, accept)).status).toBe(406);
    expect((await get(`/studies/${STUDY}/bulkdata`, 'multipart/related; type="video/mp4"')).status).toBe(406);
  });

  test('says nothing where all of it is there', async () => {
    const answer = await get(`${image}/bulkdata`, '*/*');
    expect(answer.headers.get('warning')).toBeNull();
    expect(await partsOf(answer)).toHaveLength(1);
  });
});

describe('metadata', () => {
  test('asked for beside a rendering is 400', async () => {
    expect((await get(`${image}/metadata`, 'application/dicom+json, image/png')).status).toBe(400);
  });

  test('without an Accept header is DICOM JSON', async () => {
    const type = await new Promise<string | undefined>((resolve, reject) => {
      request(`${gateway.url}/dicomweb${image}/metadata`, (response) => {
        response.resume();
        resolve(response.headers['content-type']);
      })
        .on('error', reject)
        .end();
    });
    expect(type).toBe('application/dicom+json');
  });
});

test('an icon for what has no picture needs no record of a patient', async () => {
  expect((await get('/studies/2.25.410/thumbnail', '*/*')).status).toBe(200);
  expect((await get(`${image}/thumbnail`, '*/*')).status).toBe(200);
  expect(forgotten).toEqual([]);
});
