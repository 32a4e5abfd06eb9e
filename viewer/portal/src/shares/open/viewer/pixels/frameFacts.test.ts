import { describe, expect, test } from 'vitest';
import { frameFacts, ofFrame, windowOf, type Dataset } from './frameFacts.ts';

const aDataset = (changes: Record<string, unknown[]> = {}): Dataset =>
  Object.fromEntries(
    Object.entries({
      '00080060': ['CT'],
      '00280004': ['MONOCHROME2'],
      '00280010': [512],
      '00280011': [256],
      '00280100': [16],
      '00280030': [0.7, 0.6],
      '00281050': [40, 400],
      '00281051': [350, 1500],
      ...changes,
    }).map(([tag, Value]) => [tag, { Value }]),
  );

test('a CT slice is measured in the patient and windowed as its first window says', () => {
  expect(frameFacts(aDataset(), 1)).toEqual({
    rows: 512,
    columns: 256,
    spacing: { row: 0.7, column: 0.6, place: 'patient' },
    aspect: 0.7 / 0.6,
    window: { center: 40, width: 350 },
    rate: null,
    padding: null,
    nativeBytes: 512 * 256 * 2,
    hounsfield: true,
    colour: false,
  });
});

describe('pictures that are left to the server', () => {
  test.each([
    ['a palette', { '00280004': ['PALETTE COLOR'] }],
    ['a modality look-up table', { '00283000': [{}] }],
    ['a look-up table alone', { '00283010': [{}], '00281050': [], '00281051': [] }],
    ['an inverted presentation', { '20500020': ['INVERSE'] }],
    ['pixels that are not square by a ratio alone', { '00280034': [2, 1] }],
    ['no size', { '00280010': [] }],
  ])('%s', (_what, changes: Record<string, unknown[]>) => {
    expect(frameFacts(aDataset(changes), 1)).toBeNull();
  });
});

describe('spacing', () => {
  test('of a projection that nobody calibrated is that of the detector', () => {
    const both = { '00280030': [0.14, 0.14], '00181164': [0.14, 0.14] };
    expect(frameFacts(aDataset(both), 1)?.spacing?.place).toBe('detector');
    expect(frameFacts(aDataset({ ...both, '00280A02': ['FIDUCIAL'] }), 1)?.spacing?.place).toBe('patient');
    expect(frameFacts(aDataset({ '00280030': [], '00181164': [0.2, 0.2] }), 1)?.spacing).toEqual({
      row: 0.2,
      column: 0.2,
      place: 'detector',
    });
  });

  test('of ultrasound is that of its one region in centimetres', () => {
    const region = (unit: number) => ({
      '00186024': { Value: [unit] },
      '00186026': { Value: [unit] },
      '0018602C': { Value: [0.05] },
      '0018602E': { Value: [0.04] },
    });
    const ultrasound = (...regions: unknown[]) =>
      frameFacts(aDataset({ '00280030': [], '00186011': regions }), 1)?.spacing;
    expect(ultrasound(region(3))).toEqual({ row: 0.4, column: 0.5, place: 'patient' });
    expect(ultrasound(region(4))).toBeNull();
    expect(ultrasound(region(3), region(3))).toBeNull();
  });
});

test('functional groups of a frame stand over those that are shared', () => {
  const shared = { '00289110': { Value: [{ '00280030': { Value: [1, 1] } }] } };
  const own = { '00289132': { Value: [{ '00281050': { Value: [7] }, '00281051': { Value: [70] } }] } };
  const dataset = aDataset({ '00280030': [], '52009229': [shared], '52009230': [{}, own] });
  expect(ofFrame(dataset, 1)['00280030']?.Value).toEqual([1, 1]);
  expect(frameFacts(dataset, 2)).toMatchObject({
    spacing: { row: 1, column: 1 },
    window: { center: 7, width: 70 },
  });
});

test.each([
  [{ '00181063': [40] }, 25],
  [{ '00180040': [15], '00181063': [40] }, 15],
  [{ '00082144': [8], '00180040': [15] }, 8],
])('the rate of %o is %i', (changes, rate) => {
  expect(frameFacts(aDataset(changes), 1)?.rate).toBe(rate);
});

test('an image without a window shows all its values, but not what fills its corners', () => {
  const padded = frameFacts(aDataset({ '00280120': [-2000], '00281052': [-1024], '00281053': [1] }), 1);
  expect(padded?.padding).toEqual({ from: -3024, to: -3024 });
  expect(windowOf([-3024, -1000, 0, 999], padded?.padding ?? null)).toEqual({ center: 0, width: 2000 });
  expect(windowOf([5, 5], null)).toEqual({ center: 5.5, width: 1 });
  expect(windowOf([], null).width).toBe(1);
});
