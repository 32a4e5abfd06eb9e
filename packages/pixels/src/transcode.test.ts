import { describe, expect, test } from 'vitest';
import { CODECS, encodingRefusal } from './codecTable.ts';
import { decodeFrame } from './decode.ts';
import { pixelDescription } from './description.ts';
import { description, frameOf } from './testFrames.ts';
import { transcodeFrame } from './transcode.ts';
import type { PixelDescription, TranscodeOptions } from './types.ts';

const LOSSY: [string, string, string][] = [
  ['JPEG baseline', '1.2.840.10008.1.2.4.50', 'ISO_10918_1'],
  ['JPEG-LS near-lossless', '1.2.840.10008.1.2.4.81', 'ISO_14495_1'],
  ['JPEG 2000', '1.2.840.10008.1.2.4.91', 'ISO_15444_1'],
];

const encode = (source: PixelDescription, target: string, options: TranscodeOptions = {}) =>
  transcodeFrame({ bytes: frameOf(source), description: source, target, options });

describe.each(LOSSY)('%s, which loses something', (_name, target, method) => {
  const grey = description({ bitsStored: 8, rows: 200, columns: 200 });

  test('says so, how much smaller it is, and by which method', async () => {
    const { bytes, changedAttributes } = await encode(grey, target);
    expect(changedAttributes['00282110']).toEqual({ vr: 'CS', Value: ['01'] });
    expect(changedAttributes['00282112']?.Value?.[0]).toBeCloseTo(40_000 / bytes.length, 1);
    expect(changedAttributes['00282114']).toEqual({ vr: 'CS', Value: [method] });
  });

  test('appends to what was lost before', async () => {
    const earlier = { earlierRatios: [7.5], earlierMethods: ['ISO_10918_1'] };
    const { changedAttributes } = await encode(grey, target, earlier);
    expect(changedAttributes['00282112']?.Value).toEqual([7.5, expect.any(Number)]);
    expect(changedAttributes['00282114']?.Value).toEqual(['ISO_10918_1', method]);
  });

  test('stays near the original, in grey and in colour', async () => {
    for (const source of [
      grey,
      description({ bitsStored: 8, samplesPerPixel: 3, rows: 200, columns: 200 }),
    ]) {
      const { bytes, changedAttributes } = await encode(source, target);
      const photometricInterpretation = (changedAttributes['00280004']?.Value?.[0] ??
        source.photometricInterpretation) as string;
      const stored = { ...source, transferSyntaxUid: target, photometricInterpretation };
      const back = await decodeFrame(bytes, stored);
      expect(back.description.photometricInterpretation).toBe(source.photometricInterpretation);
      const original = frameOf(source);
      const sum = back.bytes.reduce((total, value, i) => total + Math.abs(value - original[i]!), 0);
      expect(sum / original.length).toBeLessThan(5);
    }
  });

  test('is smaller at a lower quality', async () => {
    const [low, high] = [
      await encode(grey, target, { quality: 50 }),
      await encode(grey, target, { quality: 95 }),
    ];
    expect(low.bytes.length).toBeLessThan(high.bytes.length);
  });

  test('is a picture still at the lowest quality', async () => {
    const { bytes } = await encode(grey, target, { quality: 1 });
    const back = await decodeFrame(bytes, { ...grey, transferSyntaxUid: target });
    expect(Math.max(...back.bytes) - Math.min(...back.bytes)).toBeGreaterThan(100);
  });

  test('is refused for signed pixels and palettes', () => {
    expect(encodingRefusal(description({ bitsStored: 8, signed: true }), target)?.code).toBe('UNSUPPORTED');
    const palette = description({ bitsStored: 8, photometricInterpretation: 'PALETTE COLOR' });
    expect(encodingRefusal(palette, target)?.code).toBe('UNSUPPORTED');
  });
});

test('an encoding that loses nothing changes nothing but the colour space it transforms to', async () => {
  const colour = description({ bitsStored: 8, samplesPerPixel: 3 });
  const photometric = async (target: string) => (await encode(colour, target)).changedAttributes;
  expect(await photometric('1.2.840.10008.1.2.4.90')).toEqual({
    '00280004': { vr: 'CS', Value: ['YBR_RCT'] },
  });
  expect(await photometric('1.2.840.10008.1.2.4.201')).toEqual({
    '00280004': { vr: 'CS', Value: ['YBR_RCT'] },
  });
  for (const target of ['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.80'])
    expect(await photometric(target)).toEqual({});
});

test('colour by plane becomes colour by pixel, and says so', async () => {
  const planar = description({ bitsStored: 8, samplesPerPixel: 3, planarConfiguration: 1 });
  const { changedAttributes } = await encode(planar, '1.2.840.10008.1.2.5');
  expect(changedAttributes).toEqual({ '00280006': { vr: 'US', Value: [0] } });
});

test('uncompressed colour keeps the planes that its dataset says it has, whatever it was stored in', async () => {
  const planar = description({
    bitsStored: 8,
    samplesPerPixel: 3,
    planarConfiguration: 1,
    rows: 2,
    columns: 2,
  });
  const bytes = Uint8Array.of(1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24);
  const rle = await transcodeFrame({ bytes, description: planar, target: '1.2.840.10008.1.2.5' });
  const source = { ...planar, transferSyntaxUid: rle.transferSyntaxUid };
  const back = await transcodeFrame({ bytes: rle.bytes, description: source, target: '1.2.840.10008.1.2.1' });
  expect([...back.bytes]).toEqual([...bytes]);
  expect(back.changedAttributes).toEqual({});
});

describe('native subsampled colour', () => {
  const subsampled = description({
    bitsStored: 8,
    samplesPerPixel: 3,
    photometricInterpretation: 'YBR_FULL_422',
    rows: 1,
    columns: 2,
  });

  test('comes encoded with all of its samples', async () => {
    const target = '1.2.840.10008.1.2.5';
    const bytes = Uint8Array.of(10, 20, 30, 40);
    const encoded = await transcodeFrame({ bytes, description: subsampled, target });
    expect(encoded.changedAttributes).toEqual({ '00280004': { vr: 'CS', Value: ['YBR_FULL'] } });
    const stored = { ...subsampled, transferSyntaxUid: target, photometricInterpretation: 'YBR_FULL' };
    expect([...(await decodeFrame(encoded.bytes, stored)).bytes]).toEqual([10, 30, 40, 20, 30, 40]);
  });

  test('stays subsampled where it stays uncompressed, as its dataset says', async () => {
    for (const transferSyntaxUid of ['1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99']) {
      const { bytes, changedAttributes } = await transcodeFrame({
        bytes: Uint8Array.of(10, 20, 30, 40),
        description: { ...subsampled, transferSyntaxUid },
        target: '1.2.840.10008.1.2.1',
      });
      expect([...bytes]).toEqual([10, 20, 30, 40]);
      expect(changedAttributes).toEqual({});
    }
  });
});

test.each(['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.70'])(
  'colour of %s has all of its samples, though its dataset says that it is subsampled',
  async (target) => {
    const source = description({ bitsStored: 8, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' });
    const bytes = frameOf(source);
    const encoded = await transcodeFrame({ bytes: bytes.slice(), description: source, target });
    const said = { ...source, transferSyntaxUid: target, photometricInterpretation: 'YBR_FULL_422' };
    const back = await transcodeFrame({
      bytes: encoded.bytes,
      description: said,
      target: source.transferSyntaxUid,
    });
    expect(back.changedAttributes).toEqual({ '00280004': { vr: 'CS', Value: ['YBR_FULL'] } });
    expect(Buffer.compare(back.bytes, bytes)).toBe(0);
  },
);

test('an overlay in the bits above the pixels is never dropped unsaid', async () => {
  const source = description({ bitsStored: 12 });
  const bytes = frameOf(source);
  bytes[1] = bytes[1]! | 0x80;
  for (const { uid, native, encode: how } of Object.values(CODECS)) {
    if (how !== 'lossless') continue;
    const job = { bytes: bytes.slice(), description: source, target: uid };
    if (native || uid === '1.2.840.10008.1.2.5') {
      const encoded = await transcodeFrame(job);
      const back = await decodeFrame(encoded.bytes, { ...source, transferSyntaxUid: uid });
      expect(Buffer.compare(back.bytes, bytes), uid).toBe(0);
    } else {
      await expect(transcodeFrame(job), uid).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
  }
});

test('what is refused, and for which images, is this list', () => {
  const kinds: Record<string, PixelDescription> = {
    'grey 8': description({ bitsStored: 8 }),
    'grey 12': description({ bitsStored: 12 }),
    'grey 16 signed': description({ bitsStored: 16, signed: true }),
    'grey 32': description({ bitsStored: 32, bitsAllocated: 32 }),
    float: description({ bitsStored: 32, bitsAllocated: 32, signed: true, sampleType: 'float' }),
    'double float': description({ bitsStored: 64, bitsAllocated: 64, signed: true, sampleType: 'float' }),
    '1 bit': description({ bitsStored: 1, bitsAllocated: 1 }),
    'high bit above': description({ bitsStored: 12, highBit: 15 }),
    'RGB 8': description({ bitsStored: 8, samplesPerPixel: 3 }),
    'RGB 16': description({ bitsStored: 16, samplesPerPixel: 3 }),
    'YBR_FULL 8': description({ bitsStored: 8, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' }),
    video: description({ bitsStored: 8, transferSyntaxUid: '1.2.840.10008.1.2.4.102' }),
  };
  const refused = Object.fromEntries(
    Object.keys(CODECS).map((target) => [
      target.replace('1.2.840.10008.1.2', ''),
      Object.keys(kinds)
        .filter((kind) => encodingRefusal(kinds[kind]!, target) !== null)
        .join(', '),
    ]),
  );
  const words = 'grey 32, float, double float, 1 bit, high bit above';
  expect(refused).toEqual({
    '': 'video',
    '.1': 'video',
    '.1.99': 'video',
    '.1.98': 'float, double float, video',
    '.2': Object.keys(kinds).join(', '),
    '.5': 'float, double float, 1 bit, video',
    '.8.1': Object.keys(kinds).join(', '),
    '.4.50': 'grey 12, grey 16 signed, grey 32, float, double float, 1 bit, high bit above, RGB 16, video',
    '.4.51': Object.keys(kinds).join(', '),
    '.4.57': `${words}, video`,
    '.4.70': `${words}, video`,
    '.4.80': `${words}, video`,
    '.4.81': 'grey 16 signed, grey 32, float, double float, 1 bit, high bit above, video',
    '.4.90': `${words}, RGB 16, YBR_FULL 8, video`,
    '.4.91': 'grey 16 signed, grey 32, float, double float, 1 bit, high bit above, RGB 16, YBR_FULL 8, video',
    '.4.201': `${words}, RGB 16, video`,
    '.4.202': `${words}, RGB 16, video`,
    '.4.203': `${words}, RGB 16, video`,
  });
});

describe('the description of an image', () => {
  const us = (value: number) => ({ vr: 'US', Value: [value] });
  const dataset = {
    '00280002': us(1),
    '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
    '00280010': us(10),
    '00280011': us(20),
    '00280100': us(16),
    '00280101': us(12),
    '00280102': us(11),
    '00280103': us(1),
  };
  const uid = '1.2.840.10008.1.2.1';
  const element = { tag: '7FE00010', vr: 'OW', bigEndian: false } as const;

  test('is read from the dataset', () => {
    expect(pixelDescription(dataset, uid, element)).toEqual({
      transferSyntaxUid: uid,
      rows: 10,
      columns: 20,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2',
      bitsAllocated: 16,
      bitsStored: 12,
      highBit: 11,
      signed: true,
      planarConfiguration: 0,
      numberOfFrames: 1,
      sampleType: 'integer',
    });
  });

  test.each([
    ['Rows', { '00280010': us(0) }],
    ['Columns', { '00280011': { vr: 'US' } }],
    ['BitsAllocated', { '00280100': us(12) }],
    ['BitsStored', { '00280101': us(17) }],
    ['SamplesPerPixel', { '00280002': us(3) }],
    ['PhotometricInterpretation', { '00280004': { vr: 'CS', Value: ['CMYK'] } }],
    ['PhotometricInterpretation', { '00280004': { vr: 'CS' } }],
  ])('is refused for its %s', (name, differs) => {
    expect(() => pixelDescription({ ...dataset, ...differs }, uid, element)).toThrow(
      expect.objectContaining({ code: 'DESCRIPTION', message: expect.stringContaining(name) as string }),
    );
  });

  test.each([
    ['7FE00008', 'OF', 32],
    ['7FE00009', 'OD', 64],
  ] as const)('of %s says that its samples are floating point numbers', (tag, vr, bits) => {
    const { '00280101': _, '00280102': __, '00280103': ___, ...others } = dataset;
    const real = { ...others, '00280100': us(bits) };
    const colour = { '00280004': { vr: 'CS', Value: ['RGB'] }, '00280002': us(3) };
    const described = pixelDescription(real, uid, { tag, vr, bigEndian: false });
    expect(described).toMatchObject({ sampleType: 'float', bitsAllocated: bits, bitsStored: bits });
    const big = pixelDescription(real, '1.2.840.10008.1.2.2', { tag, vr, bigEndian: true });
    expect(big.bigEndianWord).toBe(bits / 8);
    for (const [differs, transferSyntaxUid] of [
      [{ '00280100': us(16) }, uid],
      [colour, uid],
      [{}, '1.2.840.10008.1.2.1.98'],
      [{}, '1.2.840.10008.1.2.5'],
    ] as const) {
      const wrong = { ...real, ...differs };
      expect(() => pixelDescription(wrong, transferSyntaxUid, { tag, vr, bigEndian: false })).toThrow(
        expect.objectContaining({ code: 'DESCRIPTION' }),
      );
    }
  });

  test.each([
    ['OW', 1, 2],
    ['OW', 8, 2],
    ['OB', 8, undefined],
    ['OW', 16, 2],
    ['OB', 16, 2],
    ['OW', 32, 4],
  ])('of big-endian %s with %i bits names the words that it lies in', (vr, bits, word) => {
    const big = { tag: '7FE00010', vr: vr as 'OW', bigEndian: true } as const;
    const other = { ...dataset, '00280100': us(bits), '00280101': us(bits), '00280102': us(bits - 1) };
    expect(pixelDescription(other, '1.2.840.10008.1.2.2', big).bigEndianWord).toBe(word);
    expect(pixelDescription(other, uid, { ...big, bigEndian: false }).bigEndianWord).toBeUndefined();
  });

  test('is refused for more pixels than are worked on', () => {
    const huge = { ...dataset, '00280010': us(65_535), '00280011': us(65_535) };
    expect(() => pixelDescription(huge, uid, element)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  });
});
