import { describe, expect, test } from 'vitest';
import { cameraOf, fittedSize, toImage, toStage, UPRIGHT, type Placement } from './geometry.ts';

const aPlacement = (changes: Partial<Placement> = {}): Placement => ({
  image: { columns: 200, rows: 100, aspect: 1 },
  stage: { width: 400, height: 400 },
  view: { scale: 1, x: 0, y: 0 },
  turn: UPRIGHT,
  ...changes,
});
const PLANE = {
  middle: [10, 20, 30],
  alongRow: [1, 0, 0],
  alongColumn: [0, 1, 0],
  columnSpacing: 0.5,
} as const;

test('a picture fits the stage, turned or not, with pixels that are higher than wide', () => {
  const image = { columns: 200, rows: 100, aspect: 1 };
  expect(fittedSize(image, { width: 400, height: 800 }, UPRIGHT)).toEqual({ width: 400, height: 200 });
  expect(fittedSize(image, { width: 400, height: 800 }, { degrees: 90, mirrored: false })).toEqual({
    width: 800,
    height: 400,
  });
  expect(fittedSize({ ...image, aspect: 2 }, { width: 400, height: 800 }, UPRIGHT)).toEqual({
    width: 400,
    height: 400,
  });
});

test('the left edge of the picture is at the left of the stage, and at its top after a turn', () => {
  expect(toStage(aPlacement(), { x: 0, y: 50 })).toEqual({ x: -200, y: 0 });
  expect(toStage(aPlacement({ turn: { degrees: 90, mirrored: false } }), { x: 0, y: 50 })).toEqual({
    x: 0,
    y: -200,
  });
  expect(toStage(aPlacement({ turn: { degrees: 0, mirrored: true } }), { x: 0, y: 50 }).x).toBe(200);
});

describe('the place under a finger', () => {
  test.each([
    [UPRIGHT],
    [{ degrees: 90, mirrored: false }],
    [{ degrees: 270, mirrored: true }],
    [{ degrees: 180, mirrored: true }],
  ])('is found again for %o', (turn) => {
    const placement = aPlacement({ turn, view: { scale: 2.5, x: 31, y: -12 } });
    const place = toImage(placement, { x: 44, y: 17 });
    const back = toStage(placement, place);
    expect(back.x).toBeCloseTo(44);
    expect(back.y).toBeCloseTo(17);
  });
});

describe('the camera', () => {
  test('of an upright picture looks at its middle, with rows downwards', () => {
    expect(cameraOf(aPlacement(), PLANE)).toEqual({
      focalPoint: [10, 20, 30],
      viewUp: [0, -1, 0],
      viewPlaneNormal: [0, 0, -1],
      parallelScale: 50,
    });
  });

  test('looks to the left of a picture that was moved to the right', () => {
    const moved = cameraOf(aPlacement({ view: { scale: 2, x: 40, y: 0 } }), PLANE);
    expect(moved.focalPoint[0]).toBe(5);
    expect(moved.parallelScale).toBe(25);
  });

  test('has the right side of a turned picture below, and sees a mirrored one from behind', () => {
    expect(cameraOf(aPlacement({ turn: { degrees: 90, mirrored: false } }), PLANE).viewUp).toEqual([
      -1, 0, 0,
    ]);
    expect(cameraOf(aPlacement({ turn: { degrees: 0, mirrored: true } }), PLANE).viewPlaneNormal[2]).toBe(1);
  });
});
