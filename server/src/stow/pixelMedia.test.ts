import { describe, expect, test } from 'vitest';
import { contradictedAttribute, jpegAttributes, pixelSyntax } from './pixelMedia.ts';

const segment = (marker: number, content: readonly number[]): number[] => [
  0xff,
  marker,
  (content.length + 2) >> 8,
  (content.length + 2) & 0xff,
  ...content,
];
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** A JPEG or JPEG-LS stream up to its scan, of 40 × 30 unless said otherwise. */
function jpeg({
  process = 0xc0,
  precision = 8,
  ids = [1],
  sampling = 0x11,
  firstOfScan = 0,
  before = [],
}: {
  process?: number;
  precision?: number;
  ids?: readonly number[];
  sampling?: number;
  firstOfScan?: number;
  before?: number[];
} = {}): Buffer {
  const components = ids.flatMap((id, i) => [id, i === 0 ? sampling : 0x11, 0]);
  return Buffer.from([
    ...[0xff, 0xd8],
    ...before,
    ...segment(process, [precision, 0, 40, 0, 30, ids.length, ...components]),
    ...segment(0xda, [ids.length, ...ids.flatMap((id) => [id, 0]), firstOfScan, 0, 0]),
    ...[1, 2, 3, 0xff, 0xd9],
  ]);
}

const adobe = (transform: number): number[] =>
  segment(0xee, [...ascii('Adobe'), 0, 100, 0, 0, 0, 0, transform]);
const JFIF = segment(0xe0, [...ascii('JFIF'), 0, 1, 2, 0, 0, 1, 0, 1, 0, 0]);
const profile = (bytes: number): number[] => segment(0xe2, Array<number>(bytes).fill(7));

/** The main header of a JPEG 2000 codestream of 40 × 30. */
function codestream({ reversible = true, highThroughput = false } = {}): Buffer {
  const uint32 = (value: number): number[] => [0, 0, value >> 8, value & 0xff];
  const size = [30, 40, 0, 0, 30, 40, 0, 0].flatMap(uint32);
  return Buffer.from([
    ...[0xff, 0x4f],
    ...segment(0x51, [0, 0, ...size, 0, 1, 7, 1, 1]),
    ...(highThroughput ? segment(0x50, [0, 2, 0, 0, 0, 0]) : []),
    ...segment(0x52, [0, 0, 0, 1, 0, 5, 4, 4, 0, reversible ? 1 : 0]),
  ]);
}

const BASELINE = jpeg();
const EXTENDED = jpeg({ process: 0xc1, precision: 12 });
const PROGRESSIVE = jpeg({ process: 0xc2 });
const LOSSLESS = jpeg({ process: 0xc3, firstOfScan: 1 });
const LOSSLESS_OTHER_PREDICTOR = jpeg({ process: 0xc3, firstOfScan: 6 });
const LS = jpeg({ process: 0xf7 });
const LS_NEAR = jpeg({ process: 0xf7, firstOfScan: 2 });
const uid = (end: string): string => `1.2.840.10008.1.2.4.${end}`;

describe('the transfer syntax of a frame', () => {
  test.each([
    ['a baseline JPEG', 'image/jpeg', BASELINE, '50'],
    ['an extended JPEG', 'image/jpeg', EXTENDED, '51'],
    ['a progressive JPEG', 'image/jpeg', PROGRESSIVE, '55'],
    ['a lossless JPEG of the first predictor', 'image/jpeg', LOSSLESS, '70'],
    ['a lossless JPEG of another predictor', 'image/jpeg', LOSSLESS_OTHER_PREDICTOR, '57'],
    [
      'a JPEG behind colour profiles',
      'image/jpeg',
      jpeg({ before: [...profile(65533), ...profile(9)] }),
      '50',
    ],
    ['a JPEG-LS', 'image/jls', LS, '80'],
    ['a JPEG-LS that lost something', 'image/jls', LS_NEAR, '81'],
    ['a JPEG 2000', 'image/jp2', codestream(), '91'],
    ['an HTJ2K', 'image/jphc', codestream({ highThroughput: true }), '203'],
  ])('is told by %s', (_name, type, head, expected) => {
    expect(pixelSyntax(type, [null, ''], head)?.uid).toBe(uid(expected));
  });

  test.each([
    ['baseline as lossless', 'image/jpeg', BASELINE, '70'],
    ['baseline as lossless of any predictor', 'image/jpeg', BASELINE, '57'],
    ['baseline as progressive', 'image/jpeg', BASELINE, '55'],
    ['extended as baseline', 'image/jpeg', EXTENDED, '50'],
    ['progressive as baseline', 'image/jpeg', PROGRESSIVE, '50'],
    ['lossless as baseline', 'image/jpeg', LOSSLESS, '50'],
    ['another predictor as the first', 'image/jpeg', LOSSLESS_OTHER_PREDICTOR, '70'],
    ['JPEG-LS as JPEG', 'image/jpeg', LS, '50'],
    ['JPEG as JPEG-LS', 'image/jls', BASELINE, '80'],
    ['near-lossless as lossless', 'image/jls', LS_NEAR, '80'],
    ['the irreversible wavelet as lossless', 'image/jp2', codestream({ reversible: false }), '90'],
    ['HTJ2K as JPEG 2000', 'image/jp2', codestream({ highThroughput: true }), '91'],
    ['JPEG 2000 as HTJ2K', 'image/jphc', codestream(), '203'],
    [
      'irreversible HTJ2K as lossless',
      'image/jphc',
      codestream({ reversible: false, highThroughput: true }),
      '201',
    ],
    ['no frame at all as JPEG', 'image/jpeg', Buffer.alloc(100), '50'],
    ['a JPEG that ends in its header', 'image/jpeg', BASELINE.subarray(0, 12), '50'],
    ['a JP2 file with its boxes', 'image/jp2', Buffer.from('0000000c6a5020200d0a870a', 'hex'), '91'],
  ])('is not what is named where it is not: %s', (_name, type, head, named) => {
    expect(pixelSyntax(type, [uid(named), null], head)).toBeNull();
    expect(pixelSyntax(type, [null, uid(named)], head)).toBeNull();
  });

  test.each([
    ['baseline as extended', 'image/jpeg', BASELINE, '51'],
    ['the first predictor as any', 'image/jpeg', LOSSLESS, '57'],
    ['progressive as spectral selection', 'image/jpeg', PROGRESSIVE, '53'],
    ['lossless as near-lossless', 'image/jls', LS, '81'],
    ['the reversible wavelet as lossless', 'image/jp2', codestream(), '90'],
    ['reversible HTJ2K as lossless', 'image/jphc', codestream({ highThroughput: true }), '201'],
  ])('is what is named where it may be: %s', (_name, type, head, named) => {
    expect(pixelSyntax(type, [uid(named), null], head)?.uid).toBe(uid(named));
  });
});

describe('the attributes that a JPEG tells', () => {
  const RGB = [...Buffer.from('RGB')];
  test.each([
    ['one component', jpeg(), 'MONOCHROME2'],
    ['components of no name', jpeg({ ids: [1, 2, 3] }), 'YBR_FULL'],
    ['fewer samples of colour', jpeg({ ids: [1, 2, 3], sampling: 0x22 }), 'YBR_FULL_422'],
    ['components R, G and B', jpeg({ ids: RGB }), 'RGB'],
    ['Adobe without a transform', jpeg({ ids: [1, 2, 3], before: adobe(0) }), 'RGB'],
    ['Adobe with its transform', jpeg({ ids: RGB, before: adobe(1) }), 'YBR_FULL'],
    ['JFIF, which has one space only', jpeg({ ids: RGB, before: JFIF }), 'YBR_FULL'],
    ['a lossless process', jpeg({ process: 0xc3, ids: [1, 2, 3], firstOfScan: 1 }), 'RGB'],
  ])('by %s', (_name, head, expected) => {
    expect(jpegAttributes(head)?.['00280004']?.Value).toEqual([expected]);
  });

  test('are none of a picture of four inks', () => {
    expect(jpegAttributes(jpeg({ ids: [1, 2, 3, 4], before: adobe(2) }))).toBeNull();
  });
});

test.each([
  ['none', {}, null],
  ['Rows', { '00280010': 41 }, '00280010'],
  ['Columns', { '00280011': 29 }, '00280011'],
  ['SamplesPerPixel', { '00280002': 3 }, '00280002'],
  ['BitsAllocated', { '00280100': 1 }, '00280100'],
])('%s of the attributes contradicts the frame', (_name, changed, expected) => {
  const values = { '00280002': 1, '00280010': 40, '00280011': 30, '00280100': 8, ...changed };
  const dataset = Object.fromEntries(
    Object.entries(values).map(([tag, value]) => [tag, { vr: 'US', Value: [value] }]),
  );
  expect(contradictedAttribute(dataset, 'image/jpeg', jpeg())).toBe(expected);
  expect(contradictedAttribute(dataset, 'image/jls', LS)).toBe(expected);
  expect(contradictedAttribute(dataset, 'image/jp2', codestream())).toBe(expected);
  expect(contradictedAttribute(dataset, 'image/dicom-rle', Buffer.alloc(64))).toBeNull();
});
