import { readPart10, TRANSFER_SYNTAXES } from '@hutong/dicom';
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  element,
  encapsulated,
  IDENTITY,
  item,
  marker,
  part10Object,
  shorts,
} from '../../../packages/dicom/src/testObjects.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { parseMultipart } from '../dicomweb/testMultipart.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const BIG_ENDIAN = TRANSFER_SYNTAXES.explicitVrBigEndian.uid;
const MP4 = TRANSFER_SYNTAXES.mpeg4HighProfile41.uid;
const PATH = `/studies/${IDENTITY.studyInstanceUid}/series/${IDENTITY.seriesInstanceUid}/instances/${IDENTITY.sopInstanceUid}`;

/** Attributes of an image, in the order of their tags. */
function image(
  {
    rows = 2,
    columns = 2,
    frames = 1,
    bits = 16,
    bigEndian = false,
  }: { rows?: number; columns?: number; frames?: number; bits?: number; bigEndian?: boolean },
  pixels: Buffer,
): Buffer[] {
  const us = (tag: string, value: number): Buffer =>
    element(tag, 'US', shorts([value], bigEndian), { bigEndian });
  return [
    us('00280002', 1),
    element('00280004', 'CS', 'MONOCHROME2', { bigEndian }),
    element('00280008', 'IS', String(frames), { bigEndian }),
    us('00280010', rows),
    us('00280011', columns),
    us('00280100', bits),
    us('00280101', bits),
    us('00280102', bits - 1),
    us('00280103', 0),
    pixels,
  ];
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  // Each in a hospital of its own: they share their UIDs.
  const values = [1, 2, 3, 0x0405, 6, 7, 8, 9];
  await seedObjects(gateway, 'words', [
    part10Object({
      transferSyntaxUid: BIG_ENDIAN,
      bigEndian: true,
      after: image(
        { frames: 2, bigEndian: true },
        element('7FE00010', 'OW', shorts(values, true), { bigEndian: true }),
      ),
    }),
  ]);
  // 8-bit pixels in words: the later pixel of each pair stands in front.
  await seedObjects(gateway, 'bytes', [
    part10Object({
      transferSyntaxUid: BIG_ENDIAN,
      bigEndian: true,
      after: image(
        { frames: 2, bits: 8, bigEndian: true },
        element('7FE00010', 'OW', Buffer.from([2, 1, 4, 3, 6, 5, 8, 7]), { bigEndian: true }),
      ),
    }),
  ]);
  // Frames of 9 pixels of one bit: 101010101, 110011001, 111000111, from the lowest bit on.
  await seedObjects(gateway, 'bits', [
    part10Object({
      after: image(
        { rows: 3, columns: 3, frames: 3, bits: 1 },
        element('7FE00010', 'OB', Buffer.from([0x55, 0x67, 0x1e, 0x07])),
      ),
    }),
  ]);
  const stream = Buffer.from('a stream in two fragments');
  await seedObjects(gateway, 'video', [
    part10Object({
      transferSyntaxUid: MP4,
      after: image({ frames: 50, bits: 8 }, encapsulated([stream.subarray(0, 12), stream.subarray(12, 24)])),
    }),
  ]);
  await seedObjects(gateway, 'damaged', [
    part10Object({
      transferSyntaxUid: TRANSFER_SYNTAXES.jpegLsLossless.uid,
      after: image({ frames: 2 }, encapsulated([Buffer.from('no codestream'), Buffer.from('another')])),
    }),
  ]);
});
afterAll(() => gateway.close());

const get = (
  hospital: string,
  suffix: string,
  accept = '*/*',
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${gateway.url}/hospitals/${hospital}/dicomweb${PATH}${suffix}`, { headers: { accept, ...headers } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('frames of big-endian words come little endian', async () => {
  const response = await get(
    'words',
    '/frames/2,1',
    'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  );
  const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
  expect(parts.map(({ body }) => body)).toEqual([
    shorts([6, 7, 8, 9].slice(0, 4)),
    shorts([1, 2, 3, 0x0405]),
  ]);
});

test('bulk data of big-endian words is swapped, at any odd range', async () => {
  const whole = shorts([1, 2, 3, 0x0405, 6, 7, 8, 9]);
  expect(await bytesOf(await get('words', '/bulkdata/7FE00010'))).toEqual(whole);
  const part = await get('words', '/bulkdata/7FE00010', '*/*', { range: 'bytes=5-8' });
  expect(part.status).toBe(206);
  expect(await bytesOf(part)).toEqual(whole.subarray(5, 9));
});

test('8-bit pixels in big-endian words come in their order', async () => {
  expect([...(await bytesOf(await get('bytes', '/frames/2', 'application/octet-stream')))]).toEqual([
    5, 6, 7, 8,
  ]);
  expect([...(await bytesOf(await get('bytes', '/bulkdata/7FE00010')))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test.each(['words', 'bytes'])(
  'a big-endian instance of %s comes as Explicit VR Little Endian',
  async (hospital) => {
    const bytes = await bytesOf(await get(hospital, '', 'application/dicom'));
    const { transferSyntaxUid, pixelData, dataset } = readPart10(bytes);
    expect(transferSyntaxUid).toBe(TRANSFER_SYNTAXES.explicitVrLittleEndian.uid);
    expect(dataset['00280010']).toEqual({ vr: 'US', Value: [2] });
    const { offset = 0, length = 0 } = pixelData?.value ?? {};
    expect(bytes.subarray(offset, offset + length)).toEqual(
      await bytesOf(await get(hospital, '/bulkdata/7FE00010')),
    );
  },
);

test('frames of one-bit pixels that do not end on bytes are cut out bit by bit', async () => {
  const frames = [];
  for (const number of [1, 2, 3])
    frames.push([...(await bytesOf(await get('bits', `/frames/${number}`, 'application/octet-stream')))]);
  expect(frames).toEqual([
    [0x55, 0x01],
    [0x33, 0x01],
    [0xc7, 0x01],
  ]);
});

test('a video is its stream, whole or a range of it, and has no single frames', async () => {
  const whole = await get('video', '/bulkdata/7FE00010', 'video/mp4');
  expect(whole.headers.get('content-type')).toBe('video/mp4');
  expect((await bytesOf(whole)).toString()).toBe('a stream in two fragment');
  const part = await get('video', '/bulkdata/7FE00010', '*/*', { range: 'bytes=10-13' });
  expect(part.headers.get('content-range')).toBe('bytes 10-13/24');
  expect((await bytesOf(part)).toString()).toBe('n tw');
  const rendered = await get('video', '/rendered', 'video/*');
  expect(rendered.headers.get('content-type')).toBe('video/mp4');
  await rendered.arrayBuffer();
  const frame = await get('video', '/frames/3');
  expect(frame.status).toBe(406);
  expect(await frame.json()).toMatchObject({ detail: expect.stringContaining('video stream') as string });
});

test('what cannot be decoded is 406 before any byte, and is had as stored', async () => {
  for (const accept of ['application/octet-stream', 'image/jp2']) {
    const response = await get('damaged', '/frames/1', accept);
    expect(response.status).toBe(406);
    await response.arrayBuffer();
  }
  expect((await bytesOf(await get('damaged', '/frames/1', 'image/jls'))).toString()).toContain(
    'no codestream',
  );
  // Nothing was named, so the instance comes as it is.
  const instance = await get('damaged', '', 'application/dicom');
  expect(instance.headers.get('content-type')).toContain('1.2.840.10008.1.2.4.80');
  await instance.arrayBuffer();
  expect((await get('damaged', '', `application/dicom; transfer-syntax=1.2.840.10008.1.2.1`)).status).toBe(
    406,
  );
});

test('without an Accept header a request is 406 and told what to send', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request(`${gateway.url}/hospitals/words/dicomweb${PATH}`, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
  expect(status).toBe(406);
});

test('fragments that are damaged are said to be', async () => {
  await seedObjects(gateway, 'broken', [
    part10Object({
      transferSyntaxUid: MP4,
      after: image(
        { frames: 50, bits: 8 },
        Buffer.concat([
          element('7FE00010', 'OB', '', { length: 0xffffffff }),
          item(),
          marker('FFFEE00D', 4),
          Buffer.alloc(4),
          marker('FFFEE0DD'),
        ]),
      ),
    }),
  ]);
  const response = await get('broken', '/bulkdata/7FE00010', 'video/mp4');
  expect(response.status).toBe(406);
  await response.arrayBuffer();
});
