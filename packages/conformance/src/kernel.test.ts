import { describe, expect, test } from 'vitest';
import { coilRegion } from './coilRegion.ts';
import { kernelOf } from './kernel.ts';

describe('what a convolution kernel is made for', () => {
  test.each([
    ['STANDARD', 'soft'],
    ['SOFT', 'soft'],
    ['BONEPLUS', 'bone'],
    ['LUNG', 'lung'],
    ['B30f', 'soft'],
    ['Br40d\\3', 'soft'],
    ['B70f', 'bone'],
    ['Hr64h', 'bone'],
    ['Bl57d', 'lung'],
    ['I50s', 'soft'],
    ['YA', 'bone'],
    ['UB', 'soft'],
    ['L', 'lung'],
    ['FC08', 'soft'],
    ['FC30', 'bone'],
    ['FC51', 'lung'],
    ['B_SHARP_C', 'bone'],
    ['C_SOFT_AA', 'soft'],
    ['11', null],
  ] as const)('%s is %s', (name, kernel) => {
    expect(kernelOf([name])).toBe(kernel);
  });

  test('kernels that disagree are of no kind', () => {
    expect(kernelOf(['B30f', 'B70f'])).toBeNull();
    expect(kernelOf([])).toBeNull();
  });
});

describe('the region a receive coil is made for', () => {
  test.each([
    ['SENSE-Head-8', ['head']],
    ['8HRBRAIN', ['head']],
    ['Knee_15', ['knee']],
    ['BreastMatrix', ['breast']],
    ['HeadNeck_64', []],
    ['MULTI COIL', []],
    ['Spine_18', []],
    ['', []],
  ] as const)('of "%s" is %j', (coil, regions) => {
    expect(coilRegion(coil).regions).toEqual(regions);
  });
});
