import { expect, test } from 'vitest';
import { lengthOf, lengthText } from './ruler.ts';

const RULER = { from: { x: 10, y: 10 }, to: { x: 40, y: 50 } };

test('a length is in millimetres with the spacing of rows and columns, else in pixels', () => {
  expect(lengthText(lengthOf(RULER, { row: 0.5, column: 0.5, place: 'patient' }))).toBe('25.0 mm');
  expect(lengthText(lengthOf(RULER, { row: 1, column: 0.1, place: 'patient' }))).toBe('40.1 mm');
  expect(lengthText(lengthOf(RULER, null))).toBe('50 px');
});

test('a length on the detector says so', () => {
  expect(lengthOf(RULER, { row: 1, column: 1, place: 'detector' }).onDetector).toBe(true);
  expect(lengthOf(RULER, { row: 1, column: 1, place: 'patient' }).onDetector).toBe(false);
});
