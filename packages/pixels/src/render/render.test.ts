import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { description, frameOf, NATIVE } from '../testFrames.ts';
import { transcodeFrame } from '../transcode.ts';
import type { PixelDescription, RenderSettings } from '../types.ts';
import { renderFrames } from './render.ts';
import { profileOfGamut } from './wideGamut.ts';

const attribute = (vr: string, ...Value: unknown[]): DicomJsonAttribute => ({ vr, Value });
const inline = (vr: string, bytes: Uint8Array): DicomJsonAttribute => ({
  vr,
  InlineBinary: Buffer.from(bytes).toString('base64'),
});
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

interface Case {
  /** Stored values, row by row. */
  values?: number[];
  of?: Partial<PixelDescription>;
  dataset?: DicomJson;
  settings?: Partial<RenderSettings>;
}

const settingsWith = (differs: Partial<RenderSettings> = {}): RenderSettings => ({
  mediaType: 'image/png',
  quality: null,
  viewport: null,
  window: null,
  iccProfile: 'no',
  annotations: [],
  presentationState: null,
  frameNumbers: [1],
  ...differs,
});

/** A picture's samples with as many channels as it was encoded with. */
async function rawOf(bytes: Uint8Array) {
  const { channels } = await sharp(bytes).metadata();
  const image = sharp(bytes).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return image.raw().toBuffer({ resolveWithObject: true });
}

/** The rendered picture as samples. */
async function rendered({ values = [0, 1, 2, 3], of = {}, dataset = {}, settings = {} }: Case): Promise<{
  samples: number[];
  width: number;
  height: number;
  channels: number;
}> {
  const bitsAllocated = of.bitsAllocated ?? 16;
  const image = description({
    rows: 1,
    columns: values.length,
    bitsStored: bitsAllocated,
    bitsAllocated,
    ...of,
  });
  const bytes = bitsAllocated === 16 ? words(...values) : Uint8Array.from(values);
  const picture = await renderFrames({
    frames: [bytes],
    description: image,
    dataset,
    settings: settingsWith(settings),
  });
  const { data, info } = await rawOf(picture.bytes);
  expect([info.width, info.height]).toEqual([picture.width, picture.height]);
  return { samples: [...data], width: info.width, height: info.height, channels: info.channels };
}

describe('windows', () => {
  const window = (
    center: number,
    width: number,
    shape: 'linear' | 'linear-exact' | 'sigmoid' = 'linear',
  ) => ({
    window: { center, width, function: shape },
  });

  test('a linear window follows the formula of the standard', async () => {
    // PS3.3 C.11.2.1.2.1 with center 2048 and width 4096: 0 is black, 4095 is white.
    const { samples } = await rendered({ values: [0, 1024, 2048, 4095, 5000], settings: window(2048, 4096) });
    expect(samples).toEqual([0, 64, 128, 255, 255]);
  });

  test('a linear window of width 1 is a threshold', async () => {
    const { samples } = await rendered({ values: [99, 100, 101], settings: window(100, 1) });
    expect(samples).toEqual([0, 255, 255]);
  });

  test('a linear-exact window reaches its half width to both sides', async () => {
    const { samples } = await rendered({
      values: [90, 95, 100, 105, 110],
      settings: window(100, 20, 'linear-exact'),
    });
    expect(samples).toEqual([0, 64, 128, 191, 255]);
  });

  test('a sigmoid window is grey in its middle and bends to both ends', async () => {
    const { samples } = await rendered({ values: [0, 100, 200], settings: window(100, 100, 'sigmoid') });
    expect(samples).toEqual([5, 128, 250]);
  });

  test('stored values are rescaled before the window', async () => {
    const dataset = { '00281053': attribute('DS', 2), '00281052': attribute('DS', -1000) };
    const { samples } = await rendered({
      values: [450, 500, 550],
      dataset,
      settings: window(0, 200, 'linear-exact'),
    });
    expect(samples).toEqual([0, 128, 255]);
  });

  test('the first window of the dataset holds where none is asked for', async () => {
    const dataset = { '00281050': attribute('DS', 10, 500), '00281051': attribute('DS', 1, 1000) };
    expect((await rendered({ values: [9, 10], dataset })).samples).toEqual([0, 255]);
  });

  test('the VOI LUT function of the dataset is heeded', async () => {
    const dataset = {
      '00281050': attribute('DS', 100),
      '00281051': attribute('DS', 20),
      '00281056': attribute('CS', 'LINEAR_EXACT'),
    };
    expect((await rendered({ values: [95, 100], dataset })).samples).toEqual([64, 128]);
  });

  test('windows of functional groups hold for their frames', async () => {
    const group = (center: number) => ({
      '00289132': attribute('SQ', { '00281050': attribute('DS', center), '00281051': attribute('DS', 1) }),
    });
    const dataset = { '52009230': attribute('SQ', group(1), group(2)) };
    const second = await rendered({ values: [0, 1, 2], dataset, settings: { frameNumbers: [2] } });
    expect(second.samples).toEqual([0, 0, 255]);
  });

  test('without a window the range of the pixels is shown, without padding values', async () => {
    const dataset = { '00280120': attribute('US', 9999) };
    expect((await rendered({ values: [100, 150, 200, 9999], dataset })).samples).toEqual([0, 128, 255, 0]);
  });

  test('a flat image is black', async () => {
    expect((await rendered({ values: [7, 7] })).samples).toEqual([0, 0]);
  });
});

describe('stored values', () => {
  const range = { window: { center: 0, width: 4095, function: 'linear-exact' as const } };

  test('signed values, also those whose sign was not extended, come out the same', async () => {
    const of = { bitsStored: 12, highBit: 11, signed: true };
    const { samples } = await rendered({ values: [0xf800, 0x0800, 0, 0x07ff], of, settings: range });
    expect(samples).toEqual([0, 0, 128, 255]);
  });

  test('bits outside of Bits Stored are no part of the value', async () => {
    const of = { bitsStored: 8, highBit: 7 };
    expect((await rendered({ values: [0x100, 0xf0ff], of })).samples).toEqual([0, 255]);
  });

  test('a high bit above the lowest place is shifted down', async () => {
    const of = { bitsStored: 12, highBit: 15 };
    expect((await rendered({ values: [0x0000, 0xfff0], of })).samples).toEqual([0, 255]);
  });

  test('MONOCHROME1 is inverted', async () => {
    const of = { photometricInterpretation: 'MONOCHROME1' };
    expect((await rendered({ values: [0, 10], of })).samples).toEqual([255, 0]);
  });

  test('pixels of one bit are black and white', async () => {
    const of = { bitsAllocated: 1, bitsStored: 1, columns: 8 };
    expect((await rendered({ values: [0b00000101], of })).samples).toEqual([255, 0, 255, 0, 0, 0, 0, 0]);
  });
});

describe.each([
  ['float', 32],
  ['double float', 64],
] as const)('%s pixels', (_name, bits) => {
  const isDouble = bits === 64;
  async function grey(
    values: number[],
    dataset: DicomJson = {},
    settings: Partial<RenderSettings> = {},
  ): Promise<number[]> {
    const samples = isDouble ? Float64Array.from(values) : Float32Array.from(values);
    const of = { bitsAllocated: bits, bitsStored: bits, signed: true, sampleType: 'float' as const };
    const image = description({ rows: 1, columns: values.length, ...of });
    const frames = [new Uint8Array(samples.buffer)];
    const picture = await renderFrames({
      frames,
      description: image,
      dataset,
      settings: settingsWith(settings),
    });
    return [...(await rawOf(picture.bytes)).data];
  }

  test('are shown over the range of those that are finite', async () => {
    expect(await grey([-2, 0, 2, NaN, Infinity, -Infinity])).toEqual([0, 128, 255, 0, 255, 0]);
    const largest = isDouble ? 1.7e308 : 3e38;
    expect(await grey([-largest, 0, largest])).toEqual([0, 128, 255]);
    expect(await grey([1e-30, 1e-30])).toEqual([0, 0]);
    expect(await grey([NaN, NaN])).toEqual([0, 0]);
  });

  test('have windows as narrow as writers make them, whose ends are meant', async () => {
    for (const [shape, width] of [
      ['LINEAR', 1],
      ['LINEAR_EXACT', 1],
      ['LINEAR', 0.25],
    ] as const) {
      const voi = {
        '00281050': attribute('DS', width / 2),
        '00281051': attribute('DS', width),
        '00281056': attribute('CS', shape),
      };
      const dataset = { '52009229': attribute('SQ', { '00289132': attribute('SQ', voi) }) };
      const values = [-1, 0, width / 4, width / 2, width, 9];
      expect(await grey(values, dataset), shape).toEqual([0, 0, 64, 128, 255, 255]);
    }
  });

  test('are windowed as a request says', async () => {
    const exact = { window: { center: 0.5, width: 0.5, function: 'linear-exact' as const } };
    expect(await grey([0.25, 0.5, 0.75, 1], {}, exact)).toEqual([0, 128, 255, 255]);
    const linear = { window: { center: 2, width: 3, function: 'linear' as const } };
    expect(await grey([0.5, 1, 1.5, 2.5], {}, linear)).toEqual([0, 64, 128, 255]);
  });

  test('are rescaled', async () => {
    const dataset = {
      '00281052': attribute('DS', 10),
      '00281053': attribute('DS', 100),
      '00281050': attribute('DS', 60),
      '00281051': attribute('DS', 100),
    };
    expect(await grey([0, 0.5, 1], dataset)).toEqual([0, 128, 255]);
  });

  test('that pad the image are black, and no part of its range', async () => {
    const [value, limit] = isDouble ? ['00280123', '00280125'] : ['00280122', '00280124'];
    const vr = isDouble ? 'FD' : 'FL';
    expect(await grey([-9, 1, 2, 3], { [value]: attribute(vr, -9) })).toEqual([0, 0, 128, 255]);
    const range = { [value]: attribute(vr, -9), [limit]: attribute(vr, -5) };
    expect(await grey([-9, -7, 1, 3], range)).toEqual([0, 0, 0, 255]);
    // The attribute for whole numbers says nothing of these.
    expect(await grey([1, 2, 3], { '00280120': attribute('US', 3) })).toEqual([0, 128, 255]);
  });

  test('are made smaller as they are displayed', async () => {
    const samples = await grey([0, 1, 1, 1], {}, { viewport: { width: 2, height: 1 } });
    expect(samples.length).toBeLessThanOrEqual(2);
    expect(samples.at(-1)).toBeGreaterThan(100);
  });
});

test('colours are the stored bits alone, wherever they lie in their words', async () => {
  const of = { samplesPerPixel: 3, photometricInterpretation: 'RGB', columns: 1, bitsStored: 12 };
  expect((await rendered({ values: [0, 0x8000, 0xfff0], of: { ...of, highBit: 15 } })).samples).toEqual([
    0, 128, 255,
  ]);
  expect((await rendered({ values: [0xf000, 0x800, 0xfff], of: { ...of, highBit: 11 } })).samples).toEqual([
    0, 128, 255,
  ]);
});

describe('look-up tables', () => {
  const lut = (first: number, bits: number, ...entries: number[]) => ({
    '00283002': attribute('US', entries.length, first, bits),
    '00283006': inline('OW', words(...entries)),
  });

  test('a modality LUT comes before the window', async () => {
    const dataset = { '00283000': attribute('SQ', lut(10, 16, 5, 50, 500)) };
    const settings = { window: { center: 50, width: 1, function: 'linear' as const } };
    expect((await rendered({ values: [0, 10, 11, 12, 99], dataset, settings })).samples).toEqual([
      0, 0, 255, 255, 255,
    ]);
  });

  test('a VOI LUT holds where the dataset has no window', async () => {
    const dataset = { '00283010': attribute('SQ', lut(0, 8, 0, 200, 100, 255)) };
    expect((await rendered({ values: [0, 1, 2, 3], dataset })).samples).toEqual([0, 200, 100, 255]);
  });

  const palette = (data: Record<string, DicomJsonAttribute>): DicomJson => ({
    '00281101': attribute('US', 4, 0, 16),
    '00281102': attribute('US', 4, 0, 16),
    '00281103': attribute('US', 4, 0, 16),
    ...data,
  });
  const indexed = { photometricInterpretation: 'PALETTE COLOR', bitsAllocated: 8 };

  test('a palette gives its colours', async () => {
    const dataset = palette({
      '00281201': inline('OW', words(0, 0xff00, 0, 0x8000)),
      '00281202': inline('OW', words(0, 0, 0xff00, 0x8000)),
      '00281203': inline('OW', words(0, 0, 0, 0xff00)),
    });
    const { samples, channels } = await rendered({ of: indexed, dataset });
    expect(channels).toBe(3);
    expect(samples).toEqual([0, 0, 0, 255, 0, 0, 0, 255, 0, 128, 128, 255]);
  });

  test('a segmented palette is expanded', async () => {
    const segments = inline('OW', words(0, 1, 0x1000, 1, 3, 0x4000));
    const dataset = palette({ '00281221': segments, '00281222': segments, '00281223': segments });
    const { samples } = await rendered({ of: indexed, dataset });
    expect(samples.filter((_, i) => i % 3 === 0)).toEqual([0x10, 0x20, 0x30, 0x40]);
  });

  test('an image without its palette is refused', async () => {
    await expect(rendered({ of: indexed })).rejects.toMatchObject({ code: 'DESCRIPTION' });
  });

  test.each([
    [
      'a table that is too short',
      { '00283010': attribute('SQ', { ...lut(0, 8, 1), '00283002': attribute('US', 9, 0, 8) }) },
    ],
    ['a table without data', { '00283010': attribute('SQ', { '00283002': attribute('US', 4, 0, 8) }) }],
  ])('%s is refused', async (_name, dataset) => {
    await expect(rendered({ dataset })).rejects.toMatchObject({ code: 'DESCRIPTION' });
  });
});

describe('colour', () => {
  const colour = { samplesPerPixel: 3, bitsAllocated: 8, columns: 2 };

  test('YBR_FULL becomes RGB', async () => {
    const of = { ...colour, photometricInterpretation: 'YBR_FULL' };
    expect((await rendered({ values: [76, 85, 255, 255, 128, 128], of })).samples).toEqual([
      254, 0, 0, 255, 255, 255,
    ]);
  });

  test('colour by plane is put together', async () => {
    const of = { ...colour, planarConfiguration: 1 as const };
    expect((await rendered({ values: [1, 4, 2, 5, 3, 6], of })).samples).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('16-bit colour keeps its most significant bits', async () => {
    const of = { ...colour, bitsAllocated: 16, columns: 1, photometricInterpretation: 'RGB' };
    expect((await rendered({ values: [0, 0x8080, 0xffff], of })).samples).toEqual([0, 128, 255]);
  });
});

describe('size', () => {
  const image = { rows: 60, columns: 100, bitsAllocated: 8 };
  const values = Array.from({ length: 6000 }, (_, i) => (i % 100 < 50 ? 0 : 255));
  const full = { window: { center: 127.5, width: 255, function: 'linear-exact' as const } };

  test.each([
    [{ width: 50, height: 50 }, 50, 30],
    [{ width: 200, height: 60 }, 100, 60],
    [{ width: 400, height: 400 }, 400, 240],
    [{ width: 1, height: 1 }, 1, 1],
  ])('a viewport of %o is filled as far as the shape allows', async (viewport, width, height) => {
    const picture = await rendered({ values, of: image, settings: { viewport, ...full } });
    expect([picture.width, picture.height]).toEqual([width, height]);
  });

  test('pixels that are not square are stretched', async () => {
    const tall = await rendered({
      values,
      of: image,
      dataset: { '00280034': attribute('IS', '2', '1') },
      settings: full,
    });
    expect([tall.width, tall.height]).toEqual([100, 120]);
    const wide = await rendered({
      values,
      of: image,
      dataset: { '00280030': attribute('DS', 0.5, 1) },
      settings: full,
    });
    expect([wide.width, wide.height]).toEqual([200, 60]);
  });

  test('a region is cut out, and flipped where its size is negative', async () => {
    const region = { x: 40, y: 0, width: 20, height: 1 };
    const cut = await rendered({
      values,
      of: image,
      settings: { viewport: { width: 20, height: 1, region }, ...full },
    });
    expect(cut.samples).toEqual([...Array<number>(10).fill(0), ...Array<number>(10).fill(255)]);
    const flipped = await rendered({
      values,
      of: image,
      settings: { viewport: { width: 20, height: 1, region: { ...region, width: -20 } }, ...full },
    });
    expect(flipped.samples).toEqual(cut.samples.toReversed());
  });

  test('a region outside of the image is refused', async () => {
    const viewport = { width: 10, height: 10, region: { x: 100, y: 0, width: 5, height: 5 } };
    await expect(rendered({ values, of: image, settings: { viewport } })).rejects.toMatchObject({
      code: 'DESCRIPTION',
    });
  });

  test('a picture that would be too large is refused', async () => {
    const viewport = { width: 60_000, height: 60_000 };
    await expect(rendered({ values, of: image, settings: { viewport } })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    });
  });

  test('a small picture of a large image averages what would be displayed', async () => {
    const of = { rows: 64, columns: 64, bitsAllocated: 8 };
    const board = Array.from({ length: 4096 }, (_, i) => ((i + (i >> 6)) % 2 === 0 ? 0 : 255));
    const { samples } = await rendered({
      values: board,
      of,
      settings: { viewport: { width: 8, height: 8 }, ...full },
    });
    expect(new Set(samples)).toEqual(new Set([128]));
  });

  test('a small picture of a JPEG 2000 image looks like that of its native samples', async () => {
    const source = description({ rows: 400, columns: 300 });
    const bytes = words(
      ...Array.from({ length: 120_000 }, (_, i) => (i % 300) * 8 + Math.floor(i / 300) * 4),
    );
    const viewport = { width: 40, height: 40 };
    const pictures = [];
    for (const target of [NATIVE, '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.201']) {
      const encoded = await transcodeFrame({ bytes: bytes.slice(), description: source, target });
      const job = {
        frames: [encoded.bytes],
        description: { ...source, transferSyntaxUid: target },
        dataset: {},
      };
      const window = { center: 2048, width: 4096, function: 'linear' as const };
      const { bytes: png } = await renderFrames({ ...job, settings: settingsWith({ viewport, window }) });
      pictures.push((await rawOf(png)).data);
    }
    const [native, ...others] = pictures;
    for (const other of others) {
      // Wavelets put their coarse samples at the corner of what they stand for, so places differ by part of a pixel.
      const sum = other.reduce((total, value, i) => total + Math.abs(value - native![i]!), 0);
      expect(other.length).toBe(native!.length);
      expect(sum / other.length).toBeLessThan(4);
    }
  });
});

describe('what is drawn over the picture', () => {
  const black = {
    values: Array<number>(200 * 200).fill(0),
    of: { rows: 200, columns: 200, bitsAllocated: 8 },
  };
  const lit = (
    { samples, width }: { samples: number[]; width: number },
    x0: number,
    y0: number,
    x1: number,
    y1: number,
  ) =>
    samples.filter((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return value > 128 && x >= x0 && x < x1 && y >= y0 && y < y1;
    }).length;

  test('lines of annotation stand in their corners, Chinese with its own glyphs', async () => {
    const picture = async (line: string) =>
      rendered({ ...black, settings: { annotations: [{ corner: 'topLeft', lines: [line] }] } });
    const name = await picture('张三');
    expect(lit(name, 0, 0, 100, 20)).toBeGreaterThan(20);
    expect(lit(name, 0, 100, 200, 200)).toBe(0);
    // Characters without a glyph are all the same box; these two are not.
    expect(name.samples).not.toEqual((await picture('李四')).samples);
    const bottom = await rendered({
      ...black,
      settings: { annotations: [{ corner: 'bottomRight', lines: ['120 kV', '层厚 5 mm'] }] },
    });
    expect(lit(bottom, 100, 100, 200, 200)).toBeGreaterThan(20);
    expect(lit(bottom, 0, 0, 100, 100)).toBe(0);
  });

  const state = (differs: DicomJson): DicomJson => ({
    '00080016': attribute('UI', '1.2.840.10008.5.1.4.1.1.11.1'),
    '20500020': attribute('CS', 'IDENTITY'),
    ...differs,
  });
  const withState = (differs: DicomJson, more: Partial<RenderSettings> = {}): Case => ({
    ...black,
    settings: { presentationState: state(differs), ...more },
  });

  test('a presentation state turns and flips the image', async () => {
    const picture = (rotation: number, flip: string) =>
      rendered({
        values: [0, 10, 20, 30, 40, 50],
        of: { rows: 2, columns: 3 },
        dataset: {},
        settings: {
          presentationState: state({
            '00700042': attribute('US', rotation),
            '00700041': attribute('CS', flip),
          }),
          window: { center: 127.5, width: 255, function: 'linear-exact' },
        },
      });
    expect((await picture(0, 'N')).samples).toEqual([0, 10, 20, 30, 40, 50]);
    expect(await picture(90, 'N')).toMatchObject({ samples: [30, 0, 40, 10, 50, 20], width: 2, height: 3 });
    expect((await picture(180, 'N')).samples).toEqual([50, 40, 30, 20, 10, 0]);
    expect((await picture(270, 'N')).samples).toEqual([20, 50, 10, 40, 0, 30]);
    expect((await picture(0, 'Y')).samples).toEqual([20, 10, 0, 50, 40, 30]);
    expect((await picture(90, 'Y')).samples).toEqual([0, 30, 10, 40, 20, 50]);
  });

  test('a displayed area reaches beyond the image, where it is black', async () => {
    const area = { '00700052': attribute('SL', 0, 1), '00700053': attribute('SL', 3, 1) };
    const picture = await rendered({
      values: [50, 60, 70],
      settings: {
        presentationState: state({ '0070005A': attribute('SQ', area) }),
        window: { center: 127.5, width: 255, function: 'linear-exact' },
      },
    });
    expect(picture.samples).toEqual([0, 50, 60, 70]);
  });

  test('its window and its shape hold for the images it names alone', async () => {
    const voi = (uid: string) => ({
      '00081140': attribute('SQ', { '00081155': attribute('UI', uid) }),
      '00281050': attribute('DS', 100),
      '00281051': attribute('DS', 1),
    });
    const render = (uid: string) =>
      rendered({
        values: [0, 100, 200],
        dataset: { '00080018': attribute('UI', '1.2.3') },
        settings: {
          presentationState: state({
            '00283110': attribute('SQ', voi(uid)),
            '20500020': attribute('CS', 'INVERSE'),
          }),
        },
      });
    expect((await render('1.2.3')).samples).toEqual([255, 0, 0]);
    expect((await render('9.9.9')).samples).toEqual([255, 128, 0]);
  });

  test('a shutter covers what is outside of it', async () => {
    const picture = await rendered(
      withState({
        '00181600': attribute('CS', 'RECTANGULAR'),
        '00181602': attribute('IS', 51),
        '00181604': attribute('IS', 151),
        '00181606': attribute('IS', 51),
        '00181608': attribute('IS', 151),
        '00181622': attribute('US', 65_535),
      }),
    );
    expect(lit(picture, 55, 55, 145, 145)).toBe(0);
    expect(lit(picture, 0, 0, 200, 45)).toBe(200 * 45);
  });

  test('an overlay that it activates is drawn, one that it does not is not', async () => {
    const overlay = {
      '60000010': attribute('US', 10),
      '60000011': attribute('US', 16),
      '60000050': attribute('SS', 21, 31),
      '60003000': inline('OW', new Uint8Array(20).fill(255)),
    };
    const shown = await rendered({ ...withState({ '60001001': attribute('CS', 'L') }), dataset: overlay });
    expect(lit(shown, 30, 20, 46, 30)).toBe(160);
    expect(lit(shown, 0, 0, 200, 200)).toBe(160);
    const hidden = await rendered({ ...withState({}), dataset: overlay });
    expect(lit(hidden, 0, 0, 200, 200)).toBe(0);
  });

  test('an overlay in an unused bit of the pixels is found', async () => {
    const overlay = {
      '60000010': attribute('US', 1),
      '60000011': attribute('US', 3),
      '60000102': attribute('US', 12),
    };
    const picture = await rendered({
      values: [0x0000, 0x1000, 0x0000],
      of: { bitsStored: 12, highBit: 11 },
      dataset: overlay,
      settings: { presentationState: state({ '60001001': attribute('CS', 'L') }) },
    });
    expect(picture.samples).toEqual([0, 255, 0]);
  });

  const annotation = (objects: DicomJson): DicomJson => ({ '00700001': attribute('SQ', objects) });
  const graphic = (type: string, ...data: number[]) =>
    annotation({
      '00700009': attribute('SQ', {
        '00700005': attribute('CS', 'PIXEL'),
        '00700022': attribute('FL', ...data),
        '00700023': attribute('CS', type),
        '00700024': attribute('CS', 'Y'),
      }),
    });

  test.each([
    ['POLYLINE', [50, 50, 150, 50, 150, 150, 50, 150]],
    ['CIRCLE', [100, 100, 150, 100]],
    ['ELLIPSE', [50, 100, 150, 100, 100, 60, 100, 140]],
    ['INTERPOLATED', [50, 50, 150, 50, 150, 150, 50, 150, 50, 50]],
    ['POINT', [100, 100]],
  ])('a %s is drawn at its place', async (type, data) => {
    const picture = await rendered(withState(graphic(type, ...data)));
    expect(lit(picture, 97, 97, 103, 103)).toBeGreaterThan(4);
    expect(lit(picture, 0, 0, 200, 30)).toBe(0);
  });

  test('text is drawn at its place of the display', async () => {
    const text = annotation({
      '00700008': attribute('SQ', {
        '00700003': attribute('CS', 'DISPLAY'),
        '00700010': attribute('FL', 0.5, 0.5),
        '00700011': attribute('FL', 0.9, 0.6),
        '00700006': attribute('ST', '结节'),
      }),
    });
    const picture = await rendered(withState(text));
    expect(lit(picture, 100, 98, 180, 125)).toBeGreaterThan(20);
    expect(lit(picture, 0, 0, 100, 200)).toBe(0);
  });

  test('other presentation states are refused', async () => {
    const blending = { '00080016': attribute('UI', '1.2.840.10008.5.1.4.1.1.11.4') };
    await expect(rendered({ settings: { presentationState: blending } })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  test('a presentation state of nonsense neither hangs nor breaks', async () => {
    const nonsense = state({
      '00700042': attribute('US', 'x'),
      '0070005A': attribute('SQ', { '00700052': attribute('SL', 'a'), '00700053': attribute('SL') }),
      '00181600': attribute('CS', 'CIRCULAR', 'POLYGONAL', 'RECTANGULAR', 'BITMAP', '"/><script>'),
      '00700001': attribute('SQ', null, 'x', {
        '00700009': attribute('SQ', { '00700023': attribute('CS', '<') }),
      }),
    });
    expect((await rendered({ settings: { presentationState: nonsense } })).samples).toHaveLength(4);
  });
});

describe('media types', () => {
  const source = description({ rows: 40, columns: 60, bitsStored: 8 });
  const job = (differs: Partial<RenderSettings>, dataset: DicomJson = {}) => ({
    frames: [frameOf(source), frameOf(source, 'noise'), frameOf(source, 'smooth', 9)],
    description: source,
    dataset,
    settings: settingsWith({ frameNumbers: [1, 2, 3], ...differs }),
  });

  test('several frames are a moving GIF with the times of the dataset', async () => {
    const picture = await renderFrames(job({ mediaType: 'image/gif' }, { '00181063': attribute('DS', 40) }));
    const metadata = await sharp(picture.bytes, { animated: true }).metadata();
    expect(metadata).toMatchObject({
      format: 'gif',
      pages: 3,
      width: 60,
      pageHeight: 40,
      delay: [40, 40, 40],
    });
  });

  test('a still picture of several frames is the first', async () => {
    const metadata = await sharp((await renderFrames(job({ mediaType: 'image/jpeg' }))).bytes).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', width: 60, height: 40, space: 'b-w' });
  });

  test('quality decides the size of a JPEG', async () => {
    const size = async (quality: number) =>
      (await renderFrames(job({ mediaType: 'image/jpeg', quality }))).bytes.length;
    expect(await size(20)).toBeLessThan(await size(95));
  });

  test('a JP2 is one', async () => {
    const { bytes } = await renderFrames(job({ mediaType: 'image/jp2', quality: 100 }));
    expect(Buffer.from(bytes).toString('latin1', 4, 8)).toBe('jP  ');
    expect(Buffer.from(bytes).includes('ftypjp2 ')).toBe(true);
  });

  test.each(['image/jpeg', 'image/png'] as const)(
    '%s carries a colour profile when asked to',
    async (mediaType) => {
      for (const iccProfile of ['yes', 'srgb'] as const) {
        const { bytes } = await renderFrames(job({ mediaType, iccProfile }));
        expect((await sharp(bytes).metadata()).icc?.length).toBeGreaterThan(100);
      }
      const { bytes } = await renderFrames(job({ mediaType }));
      expect((await sharp(bytes).metadata()).icc).toBeUndefined();
    },
  );

  test.each(['image/jpeg', 'image/png'] as const)(
    'the profile of the image itself goes into %s',
    async (mediaType) => {
      const srgb = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
        .withIccProfile('p3')
        .png()
        .toBuffer();
      const profile = (await sharp(srgb).metadata()).icc!;
      const colour = description({ rows: 4, columns: 4, bitsStored: 8, samplesPerPixel: 3 });
      const picture = (iccProfile: 'yes' | 'srgb') =>
        renderFrames({
          frames: [frameOf(colour)],
          description: colour,
          dataset: { '00282000': inline('OB', profile) },
          settings: settingsWith({ mediaType, iccProfile }),
        });
      const kept = (await sharp((await picture('yes')).bytes).metadata()).icc!;
      expect(Buffer.compare(kept, profile)).toBe(0);
      const converted = (await sharp((await picture('srgb')).bytes).metadata()).icc!;
      expect(Buffer.compare(converted, profile)).not.toBe(0);
    },
  );

  test('wide profiles are embedded where they are named', async () => {
    for (const iccProfile of ['adobergb', 'rommrgb'] as const) {
      const { bytes } = await renderFrames(job({ iccProfile }));
      const { icc } = await sharp(bytes).metadata();
      expect(icc?.equals(profileOfGamut(iccProfile))).toBe(true);
    }
  });
});
