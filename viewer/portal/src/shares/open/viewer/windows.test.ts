import { expect, test } from 'vitest';
import { dragged, preview, windowParameter } from './windows.ts';

const soft = { center: 40, width: 400 };

test('dragging to the right widens, to the left narrows, never to nothing', () => {
  expect(dragged(soft, 240, 0)).toEqual({ center: 40, width: 800 });
  expect(dragged(soft, -240, 0)).toEqual({ center: 40, width: 200 });
  expect(dragged(soft, -100_000, 0).width).toBe(1);
});

test('dragging down raises the centre, which darkens', () => {
  expect(dragged(soft, 0, 120)).toEqual({ center: 240, width: 400 });
});

test('the preview maps the same value to the same grey that the new window gives it', () => {
  const grey = (value: number, { center, width }: typeof soft) => (value - (center - width / 2)) / width;
  const to = { center: 100, width: 300 };
  const { slope, intercept } = preview(soft, to);
  for (const value of [-100, 0, 77, 200]) {
    expect(grey(value, soft) * slope + intercept).toBeCloseTo(grey(value, to));
  }
});

test('the parameter has centre, width and function', () => {
  expect(windowParameter({ center: -600, width: 1500 })).toBe('-600,1500,linear');
});
