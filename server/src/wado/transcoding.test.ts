import { type Part10Instance, readPart10, text, TRANSFER_SYNTAXES } from '@hutong/dicom';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anInstance, randomFrom } from '../../../test/factories/index.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { parseMultipart } from '../dicomweb/testMultipart.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;
const DEFLATED = TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid;
const JPEG_LS = TRANSFER_SYNTAXES.jpegLsLossless.uid;
const LOSSLESS = [
  'jpegLosslessSv1',
  'jpegLsLossless',
  'jpeg2000Lossless',
  'htj2kLossless',
  'htj2kLosslessRpcl',
  'rleLossless',
] as const;

const ROWS = 40;
const COLUMNS = 36;
const FRAMES = 3;
/** Frames of smooth noise, so that every codec has work and nothing is lost unseen. */
const pixels = ((): Buffer => {
  const random = randomFrom('transcoding');
  const samples = new Int16Array(ROWS * COLUMNS * FRAMES);
  for (let i = 0; i < samples.length; i += 1)
    samples[i] = Math.round(((i % COLUMNS) - 18) * 40 + random.between(-9, 9));
  return Buffer.from(samples.buffer);
})();
const frameLength = ROWS * COLUMNS * 2;
const frame = (number: number): Buffer => pixels.subarray((number - 1) * frameLength, number * frameLength);

const multiFrame = (transferSyntaxUid: string, seed: string): Uint8Array =>
  anInstance(
    {
      Rows: ROWS,
      Columns: COLUMNS,
      NumberOfFrames: FRAMES,
      PixelData: new Uint8Array(pixels),
      PatientName: 'Wang^Wu=王^五',
    },
    { transferSyntaxUid, seed },
  ).bytes;

let gateway: TestGateway;
const paths: Record<string, string> = {};

async function seed(name: string, bytes: Uint8Array): Promise<void> {
  const [path = ''] = await seedObjects(gateway, 'a', [bytes]);
  paths[name] = path;
}
const get = (path: string, accept: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${gateway.url}/dicomweb${path}`, { headers: { accept, ...headers } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

async function instance(path: string, accept: string): Promise<{ read: Part10Instance; bytes: Buffer }> {
  const response = await get(path, accept);
  expect(response.status, await (response.ok ? 'ok' : response.clone().text())).toBe(200);
  const bytes = await bytesOf(response);
  return { read: readPart10(bytes), bytes };
}

beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  await seed('explicit', multiFrame(EXPLICIT, 'explicit'));
  await seed('implicit', multiFrame(IMPLICIT, 'implicit'));
  // What another encoding is made of is what the gateway makes of the first.
  for (const [name, uid] of [
    ['deflated', DEFLATED],
    ['jpegLs', JPEG_LS],
  ] as const) {
    const path = paths['explicit'] ?? '';
    const { bytes } = await instance(path, `application/dicom; transfer-syntax=${uid}`);
    const renamed = Buffer.from(bytes);
    await seedAs(name, renamed);
  }
});
afterAll(() => gateway.close());

/** The same instance in another study row: of another hospital. */
async function seedAs(hospital: string, bytes: Buffer): Promise<void> {
  const [path = ''] = await seedObjects(gateway, hospital.toLowerCase(), [bytes]);
  paths[hospital] = path;
}
const rootOf = (name: string): string => `${gateway.url}/hospitals/${name.toLowerCase()}/dicomweb`;
const getFrom = (
  name: string,
  suffix: string,
  accept: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${rootOf(name)}${paths[name] ?? ''}${suffix}`, { headers: { accept, ...headers } });

describe('instances', () => {
  test.each(LOSSLESS)('an instance comes in %s, with pixels that decode to the same', async (name) => {
    const { uid } = TRANSFER_SYNTAXES[name];
    const response = await get(paths['explicit'] ?? '', `application/dicom; transfer-syntax=${uid}`);
    expect(response.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${uid}`);
    const bytes = await bytesOf(response);
    const read = readPart10(bytes);
    expect(read.transferSyntaxUid).toBe(uid);
    expect(read.pixelData).toMatchObject({ encapsulated: true, numberOfFrames: FRAMES });
    expect(read.dataset['00100010']).toEqual({
      vr: 'PN',
      Value: [{ Alphabetic: 'Wang^Wu', Ideographic: '王^五' }],
    });
    const hospital = `h-${name.toLowerCase()}`;
    const [path = ''] = await seedObjects(gateway, hospital, [bytes]);
    const decoded = await fetch(`${gateway.url}/hospitals/${hospital}/dicomweb${path}/frames/2`, {
      headers: { accept: 'application/octet-stream' },
    });
    expect(await bytesOf(decoded)).toEqual(frame(2));
  });

  test.each(['implicit', 'deflated', 'jpegLs'])(
    '%s comes as Explicit VR Little Endian where nothing is named',
    async (name) => {
      const prefix = name === 'implicit' ? 'a' : name;
      const response = await fetch(`${rootOf(prefix)}${paths[name] ?? ''}`, {
        headers: { accept: 'application/dicom' },
      });
      expect(response.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${EXPLICIT}`);
      const bytes = await bytesOf(response);
      const read = readPart10(bytes);
      expect(read.transferSyntaxUid).toBe(EXPLICIT);
      expect(read.warnings).toEqual([]);
      const { offset = 0, length = 0 } = read.pixelData?.value ?? {};
      expect(bytes.subarray(offset, offset + length)).toEqual(pixels);
      expect(text(read.dataset, '00080060')).toBe('CT');
    },
  );

  test('an instance in the transfer syntax it is stored in is the stored object, byte for byte', async () => {
    const response = await get(paths['implicit'] ?? '', `application/dicom; transfer-syntax=${IMPLICIT}`);
    expect(await bytesOf(response)).toEqual(Buffer.from(multiFrame(IMPLICIT, 'implicit')));
  });

  test.each([
    ['Implicit VR Little Endian is not for the web', IMPLICIT],
    ['big endian neither', '1.2.840.10008.1.2.2'],
    ['lossy encodings are not made of instances', '1.2.840.10008.1.2.4.50'],
    ['an encoding without a codec', '1.2.840.10008.1.2.4.110'],
  ])('%s: 406 with what is stored', async (_why, uid) => {
    const response = await get(paths['explicit'] ?? '', `application/dicom; transfer-syntax=${uid}`);
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(EXPLICIT) as string });
  });

  test('the second choice is taken where the first cannot be made', async () => {
    const accept = `application/dicom; transfer-syntax=1.2.840.10008.1.2.4.110, application/dicom; transfer-syntax=${JPEG_LS}; q=0.5`;
    const response = await get(paths['explicit'] ?? '', accept);
    expect(response.headers.get('content-type')).toContain(JPEG_LS);
    await response.arrayBuffer();
  });

  test('a new encoding has an entity tag of its own', async () => {
    const accept = `application/dicom; transfer-syntax=${JPEG_LS}`;
    const first = await get(paths['explicit'] ?? '', accept);
    await first.arrayBuffer();
    const tag = first.headers.get('etag') ?? '';
    expect((await get(paths['explicit'] ?? '', accept, { 'if-none-match': tag })).status).toBe(304);
    const stored = await get(paths['explicit'] ?? '', 'application/dicom', { 'if-none-match': tag });
    expect(stored.status).toBe(200);
    await stored.arrayBuffer();
  });
});

describe('frames', () => {
  test.each(['implicit', 'deflated', 'jpegLs'])(
    'frames of %s come uncompressed, in the order asked for',
    async (name) => {
      const response = await fetch(
        `${rootOf(name === 'implicit' ? 'a' : name)}${paths[name] ?? ''}/frames/3,1`,
        {
          headers: { accept: 'multipart/related; type="application/octet-stream"' },
        },
      );
      expect(response.status).toBe(200);
      const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
      expect(parts.map(({ body }) => body)).toEqual([frame(3), frame(1)]);
    },
  );

  test.each([
    ['image/jpeg', '1.2.840.10008.1.2.4.70'],
    ['image/jls', JPEG_LS],
    ['image/jp2', '1.2.840.10008.1.2.4.90'],
    ['image/jphc', '1.2.840.10008.1.2.4.201'],
    ['image/dicom-rle', '1.2.840.10008.1.2.5'],
    ['image/jphc; transfer-syntax=1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.4.202'],
    ['application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80', JPEG_LS],
    ['application/octet-stream', EXPLICIT],
    ['application/octet-stream; transfer-syntax=*', EXPLICIT],
    ['image/*', '1.2.840.10008.1.2.4.70'],
  ])('Accept: %s of a native frame is %s', async (accept, uid) => {
    const response = await get(`${paths['explicit'] ?? ''}/frames/1`, accept);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(`transfer-syntax=${uid}`);
    expect((await bytesOf(response)).length).toBe(Number(response.headers.get('content-length')));
  });

  test('what is stored compressed is sent as it is under its media type, or under any', async () => {
    for (const accept of ['image/jls', '*/*', 'application/octet-stream; transfer-syntax=*']) {
      const response = await getFrom('jpegLs', '/frames/2', accept);
      expect(response.headers.get('content-type')).toContain(`transfer-syntax=${JPEG_LS}`);
      expect(response.headers.get('etag')).not.toBe(null);
      await response.arrayBuffer();
    }
  });

  test('what no codec makes is 406 and says what can be had', async () => {
    const response = await get(`${paths['explicit'] ?? ''}/frames/1`, 'image/jpx');
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(JPEG_LS) as string });
  });
});

describe('bulk data of deflated objects', () => {
  test('pixel data is inflated, whole or a range of it', async () => {
    const whole = await getFrom('deflated', '/bulkdata/7FE00010', 'application/octet-stream');
    expect(await bytesOf(whole)).toEqual(pixels);
    const part = await getFrom('deflated', '/bulkdata/7FE00010', 'application/octet-stream', {
      range: 'bytes=1000-1009',
    });
    expect(part.status).toBe(206);
    expect(await bytesOf(part)).toEqual(pixels.subarray(1000, 1010));
  });

  test.each(['/bulkdata', '/pixeldata'])(
    '%s of an instance, series and study name where each value is',
    async (resource) => {
      const path = paths['deflated'] ?? '';
      for (const target of [path, path.replace(/\/instances.*/, ''), path.replace(/\/series.*/, '')]) {
        const response = await fetch(`${rootOf('deflated')}${target}${resource}`, {
          headers: { accept: 'multipart/related; type="application/octet-stream"' },
        });
        const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
        expect(parts.map(({ body }) => body)).toEqual([pixels]);
        expect(parts[0]?.headers['content-location']).toBe(`${rootOf('deflated')}${path}/bulkdata/7FE00010`);
      }
    },
  );
});
