import { expect, test } from 'vitest';
import { middleOf, slicesOf, wantedAround, within } from './slices.ts';

const instance = (uid: string, number: number, frames?: number) => ({
  '00080018': { Value: [uid] },
  '00200013': { Value: [number] },
  '00280010': { Value: [512] },
  '00280011': { Value: [256] },
  ...(frames === undefined ? {} : { '00280008': { Value: [frames] } }),
});

test('pictures are in the order of the instance numbers', () => {
  const slices = slicesOf([instance('1.3', 10), instance('1.1', 2), instance('1.2', 9)]);
  expect(slices.map((slice) => slice.instance)).toEqual(['1.1', '1.2', '1.3']);
  expect(slices[0]).toMatchObject({ frame: null, rows: 512, columns: 256 });
});

test('each frame of a multi-frame image is a picture, numbered from 1', () => {
  expect(slicesOf([instance('1.1', 1, 3)]).map(({ frame }) => frame)).toEqual([1, 2, 3]);
  expect(slicesOf([instance('1.1', 1, 1)]).map(({ frame }) => frame)).toEqual([null]);
});

test('an answer without identity, or with nonsense for a number, breaks nothing', () => {
  expect(slicesOf([{}])).toEqual([]);
  expect(slicesOf([{ '00080018': { Value: ['1.1'] }, '00280008': { Value: ['x'] } }])).toHaveLength(1);
  expect(slicesOf([instance('1.1', 1, 1e9)]).length).toBeLessThan(10_000);
});

test('one begins at the slice of the thumbnail, the middle one', () => {
  expect([0, 1, 2, 3, 4].map(middleOf)).toEqual([0, 0, 0, 1, 1]);
});

test('more is wanted ahead than behind, and nothing outside of the series', () => {
  expect(wantedAround(5, 100, 1, 3, 1)).toEqual([5, 6, 4, 7, 8]);
  expect(wantedAround(5, 100, -1, 3, 1)).toEqual([5, 4, 6, 3, 2]);
  expect(wantedAround(0, 2, 1, 3, 3)).toEqual([0, 1]);
});

test('an index stays within the series', () => {
  expect([within(-3, 5), within(2.6, 5), within(9, 5), within(0, 0)]).toEqual([0, 3, 4, 0]);
});
