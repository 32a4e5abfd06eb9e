import { expect, test } from 'vitest';
import { firstRate, glided, isGliding, speedOf } from './glide.ts';

test('a finger that flicks leaves with its speed, one that rests leaves with none', () => {
  const flick = [0, 16, 32, 48].map((at, index) => ({ at, slices: index }));
  expect(speedOf(flick, 50)).toBeCloseTo(1 / 16);
  expect(speedOf(flick, 400)).toBe(0);
  expect(speedOf([], 0)).toBe(0);
  expect(
    speedOf(
      flick.map(({ at, slices }) => ({ at, slices: slices / 50 })),
      50,
    ),
  ).toBe(0);
});

test('gliding slows down, goes one way, and ends', () => {
  const steps = [0, 100, 200, 800, 3000].map((elapsed) => glided(-0.1, elapsed));
  expect(steps).toEqual([...steps].sort((a, b) => b - a));
  expect(isGliding(0.1, 0)).toBe(true);
  expect(isGliding(0.1, 3000)).toBe(false);
});

test('a series plays at the rate it says, or at a usual one', () => {
  expect(firstRate(24, true)).toBe(25);
  expect(firstRate(null, true)).toBe(15);
  expect(firstRate(null, false)).toBe(8);
  expect(firstRate(0.5, false)).toBe(4);
});
