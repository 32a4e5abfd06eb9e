import { expect, test } from 'vitest';
import { FITTED, isZoomed, pinched, settled, slicesOfStroke, zoomedAt } from './gestures.ts';

test('what lies under the fingers stays there while zooming', () => {
  const at = { x: 50, y: -20 };
  const view = zoomedAt({ scale: 2, x: 10, y: 10 }, 1.5, at);
  // The point of the picture that is shown at `at`, before and after.
  expect((at.x - view.x) / view.scale).toBeCloseTo((50 - 10) / 2);
  expect((at.y - view.y) / view.scale).toBeCloseTo((-20 - 10) / 2);
});

test('two fingers that only move together move the picture', () => {
  const from = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ] as const;
  const to = [
    { x: 10, y: 20 },
    { x: 110, y: 20 },
  ] as const;
  expect(pinched({ scale: 2, x: 0, y: 0 }, from, to)).toEqual({ scale: 2, x: 10, y: 20 });
});

test('a picture cannot be lost beside the stage, and one that is nearly fitted is fitted', () => {
  const stage = { width: 400, height: 600 };
  expect(settled({ scale: 2, x: 5000, y: -5000 }, stage)).toEqual({ scale: 2, x: 400, y: -600 });
  expect(settled({ scale: 0.7, x: 30, y: 0 }, stage)).toEqual(FITTED);
  expect(isZoomed(settled({ scale: 3, x: 0, y: 0 }, stage))).toBe(true);
});

test('zooming has an end on both sides', () => {
  expect(zoomedAt(FITTED, 1000, { x: 0, y: 0 }).scale).toBe(12);
  expect(zoomedAt(FITTED, 0.001, { x: 0, y: 0 }).scale).toBe(0.5);
});

test('a stroke up or to the left goes forward, the other way back', () => {
  expect(slicesOfStroke(0, -100, 100, 500)).toBe(20);
  expect(slicesOfStroke(-100, 10, 100, 500)).toBe(20);
  expect(slicesOfStroke(0, 100, 100, 500)).toBe(-20);
  expect(slicesOfStroke(1, -2, 100, 500)).toBe(0);
});

test('in a short series a slice takes a finger width, not a pixel', () => {
  expect(slicesOfStroke(0, -60, 3, 500)).toBe(2);
});
