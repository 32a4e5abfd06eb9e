import { readPart10, TRANSFER_SYNTAXES } from '@hutong/dicom';
import { consumerPicture } from '@hutong/pixels/consumerPicture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  element,
  encapsulated,
  IDENTITY,
  part10Object,
  shorts,
} from '../../../packages/dicom/src/testObjects.ts';
import { startTestGateway, type TestGateway } from '../dicomweb/testing.ts';
import { parseMultipart } from '../dicomweb/testMultipart.ts';
import { wadoRoutes } from './routes.ts';
import { seedObjects } from './testSeed.ts';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const BIG_ENDIAN = TRANSFER_SYNTAXES.explicitVrBigEndian.uid;
const PATH = `/studies/${IDENTITY.studyInstanceUid}/series/${IDENTITY.seriesInstanceUid}/instances/${IDENTITY.sopInstanceUid}`;
const OCTETS = 'multipart/related; type="application/octet-stream"';

interface TestImage {
  /** Native value, little endian. */
  value: Buffer;
  tag?: string;
  vr: string;
  /** Bytes of the words that it is stored in. */
  word: 1 | 2 | 4 | 8;
  bits: number;
  rows: number;
  columns: number;
  frames?: number;
  colour?: boolean;
  more?: (bigEndian: boolean) => Buffer[];
}

/** An instance of the image in one byte order. */
function objectOf(image: TestImage, bigEndian: boolean): Buffer {
  const { value, tag = '7FE00010', vr, word, bits, rows, columns, frames = 1, colour = false } = image;
  const us = (name: string, number: number): Buffer =>
    element(name, 'US', shorts([number], bigEndian), { bigEndian });
  const integer = tag === '7FE00010';
  const stored = Buffer.concat([value, Buffer.alloc(value.length % 2)]);
  if (bigEndian && word === 2) stored.swap16();
  if (bigEndian && word === 4) stored.swap32();
  if (bigEndian && word === 8) stored.swap64();
  return Buffer.from(
    part10Object({
      transferSyntaxUid: bigEndian ? BIG_ENDIAN : EXPLICIT,
      bigEndian,
      after: [
        us('00280002', colour ? 3 : 1),
        element('00280004', 'CS', colour ? 'RGB' : 'MONOCHROME2', { bigEndian }),
        ...(colour ? [us('00280006', 0)] : []),
        element('00280008', 'IS', String(frames), { bigEndian }),
        us('00280010', rows),
        us('00280011', columns),
        us('00280100', bits),
        ...(integer ? [us('00280101', bits), us('00280102', bits - 1), us('00280103', 0)] : []),
        ...(image.more?.(bigEndian) ?? []),
        element(tag, vr, stored, { bigEndian }),
      ],
    }),
  );
}

const count = (length: number, factor = 1): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * factor) % 256));
const floats = (values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => bytes.writeFloatLE(value, i * 4));
  return bytes;
};
const doubles = (values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => bytes.writeDoubleLE(value, i * 8));
  return bytes;
};

const REAL = [-1, -0.5, 0, 0.25, 0.5, 1, 0, 0, 1, 1, 0.5, -1];
const grey = { rows: 3, columns: 3, frames: 3 };
const real = { rows: 2, columns: 3, frames: 2 };
const IMAGES = {
  'odd frames of bytes in words': { value: count(27, 9), vr: 'OW', word: 2, bits: 8, ...grey },
  'odd frames of bytes': { value: count(27, 9), vr: 'OB', word: 1, bits: 8, ...grey },
  'an odd frame of colour in words': {
    value: count(27, 9),
    vr: 'OW',
    word: 2,
    bits: 8,
    rows: 3,
    columns: 3,
    colour: true,
  },
  'frames of bits in words': {
    value: Buffer.from([0x55, 0x67, 0x1e, 0x07]),
    vr: 'OW',
    word: 2,
    bits: 1,
    ...grey,
  },
  'odd frames of 16 bits': { value: count(54, 3), vr: 'OW', word: 2, bits: 16, ...grey },
  'frames of 32 bits': { value: count(108), vr: 'OW', word: 4, bits: 32, ...grey },
  'float pixels': { value: floats(REAL), tag: '7FE00008', vr: 'OF', word: 4, bits: 32, ...real },
  'double float pixels': { value: doubles(REAL), tag: '7FE00009', vr: 'OD', word: 8, bits: 64, ...real },
} as const satisfies Record<string, TestImage>;
const NAMES = Object.keys(IMAGES) as (keyof typeof IMAGES)[];
const hospitalOf = (name: keyof typeof IMAGES, bigEndian: boolean): string =>
  `h${NAMES.indexOf(name)}${bigEndian ? 'big' : 'little'}`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({ dicomweb: [wadoRoutes(parts)] }));
  for (const name of NAMES)
    for (const bigEndian of [false, true])
      await seedObjects(gateway, hospitalOf(name, bigEndian), [objectOf(IMAGES[name], bigEndian)]);
});
afterAll(() => gateway.close());

const get = (hospital: string, suffix: string, accept: string): Promise<Response> =>
  fetch(`${gateway.url}/hospitals/${hospital}/dicomweb${PATH}${suffix}`, { headers: { accept } });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());
const samplesOf = async (png: Buffer): Promise<number[]> => [
  ...(await consumerPicture('image/png', png)).samples,
];
const numbers = (frames: number): string => Array.from({ length: frames }, (_, i) => i + 1).join(',');
const framesOf = ({ frames = 1 }: TestImage): number => frames;

/** The frames of an image, its bits each from the lowest of the first byte on. */
function expected(image: TestImage): Buffer[] {
  const { value, bits, rows, columns, colour = false } = image;
  const frameBits = rows * columns * (colour ? 3 : 1) * bits;
  const bit = (at: number): number => ((value[at >> 3] ?? 0) >> (at & 7)) & 1;
  return Array.from({ length: framesOf(image) }, (_, frame) => {
    const out = Buffer.alloc(Math.ceil(frameBits / 8));
    for (let i = 0; i < frameBits; i += 1)
      out[i >> 3] = (out[i >> 3] ?? 0) | (bit(frame * frameBits + i) << (i & 7));
    return out;
  });
}

describe.each([
  ['little endian', false],
  ['big endian', true],
])('of %s', (_order, bigEndian) => {
  test.each(NAMES)('%s come frame by frame as little-endian samples', async (name) => {
    const image = IMAGES[name];
    const hospital = hospitalOf(name, bigEndian);
    const response = await get(hospital, `/frames/${numbers(framesOf(image))}`, OCTETS);
    expect(response.status).toBe(200);
    const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
    expect(parts.map(({ body }) => [...body])).toEqual(expected(image).map((frame) => [...frame]));
  });

  test.each(NAMES)('%s of a whole instance are the same samples in the same element', async (name) => {
    const { tag, value } = { tag: '7FE00010', ...IMAGES[name] };
    const hospital = hospitalOf(name, bigEndian);
    const bytes = await bytesOf(await get(hospital, '', `application/dicom; transfer-syntax=${EXPLICIT}`));
    const { dataset, pixelData } = readPart10(bytes);
    expect(Object.keys(dataset).filter((one) => one.startsWith('7FE0'))).toEqual([tag]);
    const { offset = 0, length = 0 } = pixelData?.value ?? {};
    expect(bytes.subarray(offset, offset + value.length)).toEqual(value);
    expect(length).toBe(value.length + (value.length % 2));
  });

  test.each(NAMES.filter((name) => IMAGES[name].bits === 8))(
    '%s encoded without loss decode to the same samples',
    async (name) => {
      const hospital = hospitalOf(name, bigEndian);
      for (const syntax of ['jpegLsLossless', 'rleLossless', 'jpegLosslessSv1', 'htj2kLossless'] as const) {
        const { uid } = TRANSFER_SYNTAXES[syntax];
        const encoded = await bytesOf(await get(hospital, '', `application/dicom; transfer-syntax=${uid}`));
        const again = `${hospital}${syntax.toLowerCase()}`;
        await seedObjects(gateway, again, [encoded]);
        const response = await get(again, `/frames/${numbers(framesOf(IMAGES[name]))}`, OCTETS);
        const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
        expect(
          parts.map(({ body }) => [...body]),
          syntax,
        ).toEqual(expected(IMAGES[name]).map((frame) => [...frame]));
      }
    },
  );

  test.each(NAMES.filter((name) => IMAGES[name].bits === 8))(
    '%s are rendered as their samples',
    async (name) => {
      const hospital = hospitalOf(name, bigEndian);
      for (const [i, frame] of expected(IMAGES[name]).entries()) {
        const accept = 'image/png';
        const window = 'colour' in IMAGES[name] ? '' : '?window=127.5,255,linear-exact';
        const png = await bytesOf(await get(hospital, `/frames/${i + 1}/rendered${window}`, accept));
        expect(await samplesOf(png)).toEqual([...frame]);
      }
    },
  );

  test.each(['float pixels', 'double float pixels'] as const)(
    '%s are never encoded as if they were integers',
    async (name) => {
      const hospital = hospitalOf(name, bigEndian);
      const encodings = ['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.1.98', '1.2.840.10008.1.2.4.80'];
      const asked = [
        ...encodings.map((uid) => ['', `application/dicom; transfer-syntax=${uid}`] as const),
        ...['image/dicom-rle', 'image/jls', 'image/jp2'].map((type) => ['/frames/1', type] as const),
      ];
      for (const [suffix, accept] of asked) {
        const response = await get(hospital, suffix, accept);
        expect(response.status, accept).toBe(406);
        expect(await response.json(), accept).toMatchObject({
          detail: expect.stringMatching(/floating point/i) as string,
        });
      }
    },
  );

  test.each(['float pixels', 'double float pixels'] as const)(
    '%s are rendered as real values',
    async (name) => {
      const hospital = hospitalOf(name, bigEndian);
      const rendered = async (suffix: string): Promise<number[]> => {
        const response = await get(hospital, suffix, 'image/png');
        expect(response.status).toBe(200);
        return samplesOf(await bytesOf(response));
      };
      expect(await rendered('/frames/1/rendered')).toEqual([0, 64, 128, 159, 191, 255]);
      expect(await rendered('/frames/1/rendered?window=0.5,1,linear-exact')).toEqual([0, 0, 0, 64, 128, 255]);
      expect(await rendered('/frames/2/rendered?window=0.5,1,linear-exact')).toEqual([
        0, 0, 255, 255, 128, 0,
      ]);
      expect(await rendered('/frames/1/thumbnail?viewport=3,2')).toEqual([0, 64, 128, 159, 191, 255]);
    },
  );
});

test('one-bit frames that are each padded become one value without padding between them', async () => {
  const uid = '1.2.840.10008.1.2.1.98';
  const { rows, columns, frames } = grey;
  const bits = IMAGES['frames of bits in words'];
  const us = (tag: string, value: number): Buffer => element(tag, 'US', shorts([value]));
  const attributes = [
    us('00280002', 1),
    element('00280004', 'CS', 'MONOCHROME2'),
    element('00280008', 'IS', String(frames)),
    ...[us('00280010', rows), us('00280011', columns), us('00280100', 1)],
    ...[us('00280101', 1), us('00280102', 0), us('00280103', 0)],
  ];
  const object = part10Object({
    transferSyntaxUid: uid,
    after: [...attributes, encapsulated(expected(bits))],
  });
  await seedObjects(gateway, 'padded', [object]);
  const bytes = await bytesOf(await get('padded', '', `application/dicom; transfer-syntax=${EXPLICIT}`));
  const { offset = 0, length = 0 } = readPart10(bytes).pixelData?.value ?? {};
  expect(bytes.subarray(offset, offset + length)).toEqual(bits.value);
  await seedObjects(gateway, 'joined', [bytes]);
  const response = await get('joined', '/frames/1,2,3', OCTETS);
  const parts = parseMultipart(response.headers.get('content-type') ?? '', await bytesOf(response));
  expect(parts.map(({ body }) => [...body])).toEqual(expected(bits).map((frame) => [...frame]));
});
