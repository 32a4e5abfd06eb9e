import { expect, test } from 'vitest';
import { facts } from './factories.ts';
import { seriesTags } from './seriesTags.ts';

const zh = (over: Parameters<typeof facts>[0]): string[] => seriesTags(facts(over)).map((tag) => tag.zh);

test('an MR sequence is named by weighting, fat suppression and plane', () => {
  expect(zh({ weighting: 'T2', fatSat: 'yes', plane: 'sagittal' })).toEqual(['T2WI', '压脂', '矢状位']);
});

test('a CT phase is named by the doctor’s word, and plain enhancement where the phase is unknown', () => {
  expect(zh({ phase: 'portal-venous', contrast: 'post', plane: 'axial' })).toEqual(['门静脉期', '横断位']);
  expect(zh({ phase: 'unknown', contrast: 'post' })).toEqual(['增强']);
});

test('a localizer is one word, without plane or repetition', () => {
  expect(zh({ derived: 'SCOUT', weighting: 'LOCALIZER', plane: 'mixed' })).toEqual(['定位像']);
});

test('a radiograph is named by side and view instead of a plane', () => {
  expect(zh({ view: 'CC', laterality: 'L', plane: 'axial' })).toEqual(['LCC']);
  expect(zh({ view: 'PA', laterality: 'unknown' })).toEqual(['PA']);
});

test('nothing known, nothing said', () => {
  expect(zh({ weighting: 'unknown', fatSat: 'no' })).toEqual([]);
});
