import { expect, test } from 'vitest';
import { asStack } from './dynamicSeries.ts';

const series = { displaySetInstanceUID: 'a', StudyInstanceUID: '1.2', SeriesInstanceUID: '1.3' };

test('an MR series of several images at each place is a stack and no volume', () => {
  const diffusion = { ...series, Modality: 'MR', isDynamicVolume: true, isReconstructable: true };
  asStack(diffusion);
  expect(diffusion).toMatchObject({ isDynamicVolume: false, isReconstructable: false });
});

test('other series stay what they are', () => {
  const anatomy = { ...series, Modality: 'MR', isDynamicVolume: false, isReconstructable: true };
  asStack(anatomy);
  expect(anatomy.isReconstructable).toBe(true);
});
