import { expect, test } from 'vitest';
import { studiesInAddress } from './address.ts';

test('studies are named once or several times, in any case of letters', () => {
  expect(studiesInAddress('?StudyInstanceUIDs=1.2,1.3&studyinstanceuids=1.4')).toEqual(['1.2', '1.3', '1.4']);
});

test('what is no UID is left out', () => {
  expect(studiesInAddress(`?StudyInstanceUIDs=<script>,1.2,${'1'.repeat(65)},`)).toEqual(['1.2']);
  expect(studiesInAddress('')).toEqual([]);
});
