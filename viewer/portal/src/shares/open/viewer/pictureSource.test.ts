import { expect, test } from 'vitest';
import { pictureKey, renderedPath, sizeOf, usefulSide } from './pictureSource.ts';

const slice = { instance: '1.2.3', frame: null, columns: 512, rows: 512 };
const at = { study: '1', series: '1.2' };
const root = '/shares/abc/dicomweb';

test('an image that is no larger than the screen is asked for as it is', () => {
  expect(sizeOf(slice, 1170)).toBeNull();
  expect(renderedPath(root, at, { slice, window: null, side: 1170 })).toBe(
    '/shares/abc/dicomweb/studies/1/series/1.2/instances/1.2.3/rendered',
  );
});

test('a larger one is asked for in the size of the screen, never above the limit', () => {
  const large = { columns: 3000, rows: 2500 };
  expect(sizeOf(large, 1170)).toBe('1216,1216');
  expect(sizeOf(large, 5000)).toBe('2048,2048');
  expect(sizeOf({ columns: 0, rows: 0 }, 390)).toBe('448,448');
});

test('window and frame stand in the address', () => {
  const request = { slice: { ...slice, frame: 7 }, window: { center: -600, width: 1500 }, side: 390 };
  expect(renderedPath(root, at, request)).toBe(
    '/shares/abc/dicomweb/studies/1/series/1.2/instances/1.2.3/frames/7/rendered?window=-600,1500,linear&viewport=448,448',
  );
});

test('pictures of different windows, frames or sizes are different pictures', () => {
  const base = { slice, window: null, side: 256 };
  const keys = [
    base,
    { ...base, window: { center: 40, width: 400 } },
    { ...base, slice: { ...slice, frame: 2 } },
    { ...base, side: 2000 },
  ].map(pictureKey);
  expect(new Set(keys).size).toBe(4);
});

test('a square picture on a tall screen takes its width, a tall one its height', () => {
  const stage = { width: 390, height: 600 };
  expect(usefulSide({ columns: 512, rows: 512 }, stage, 3)).toBe(1170);
  expect(usefulSide({ columns: 1000, rows: 4000 }, stage, 2)).toBe(1200);
  expect(usefulSide({ columns: 0, rows: 0 }, stage, 1)).toBe(600);
});
