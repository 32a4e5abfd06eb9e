import { expect, test } from 'vitest';

import { AXIAL, CORONAL, SAGITTAL, stack } from '../study/geometry.ts';
import { ABDOMEN_PHASES } from './abdomenTissues.ts';
import { HEAD_MAGNETISM, signal } from './magnetic.ts';
import { sampleMaximum } from './maximum.ts';
import { sample } from './render.ts';
import { cross } from './shapes.ts';
import { createVolume, fill, type Vec3, type Volume } from './volume.ts';

/** A volume whose value says its place: 2x + 3y + 5z. */
function ramp(): Volume {
  const volume = createVolume({ min: [-40, -40, -40], max: [40, 40, 40] }, 1, 0);
  const everywhere = (): number => -10;
  fill(volume, { min: [-40, -40, -40], max: [40, 40, 40] }, everywhere, (x, y, z) => 2 * x + 3 * y + 5 * z);
  return volume;
}

const tilted = { row: [1, 0, 0] as Vec3, column: [0, 0.8, -0.6] as Vec3 };

test.each([
  ['axial', AXIAL],
  ['coronal', CORONAL],
  ['sagittal', SAGITTAL],
  ['oblique', tilted],
])('a %s picture shows the values at the places its plane names', (_name, axes) => {
  const volume = ramp();
  const planes = stack({
    ...axes,
    centre: [2, -3, 4],
    rows: 21,
    columns: 31,
    pixel: 0.7,
    count: 3,
    step: 2.5,
    thickness: 3,
  });
  for (const plane of planes) {
    const values = sample(volume, plane, -1000);
    for (const [row, column] of [
      [0, 0],
      [20, 30],
      [7, 19],
    ] as const) {
      const at = (axis: 0 | 1 | 2): number =>
        plane.position[axis] + plane.row[axis] * column * 0.7 + plane.column[axis] * row * 0.7;
      expect(values[row * 31 + column]).toBeCloseTo(2 * at(0) + 3 * at(1) + 5 * at(2), 2);
    }
  }
  const normal = cross(axes.row, axes.column);
  const [first, second] = planes;
  for (const axis of [0, 1, 2] as const)
    expect(second!.position[axis] - first!.position[axis]).toBeCloseTo(normal[axis] * 2.5, 6);
});

test('outside the volume a picture is what is said', () => {
  const [plane] = stack({
    ...AXIAL,
    centre: [0, 0, 200],
    rows: 4,
    columns: 4,
    pixel: 1,
    count: 1,
    step: 1,
    thickness: 1,
  });
  expect([...sample(ramp(), plane!, -1000)]).toEqual(Array.from({ length: 16 }, () => -1000));
});

test('a maximum intensity slab shows the brightest value through its thickness', () => {
  const [plane] = stack({
    ...AXIAL,
    centre: [0, 0, 0],
    rows: 3,
    columns: 3,
    pixel: 1,
    count: 1,
    step: 1,
    thickness: 9,
  });
  const mean = sample(ramp(), plane!, -1000)[4]!;
  expect(sampleMaximum(ramp(), plane!)[4]!).toBeCloseTo(mean + 5 * 4, 0);
});

test('filling skips nothing: a ball has the volume of a ball, in soft and hard edges', () => {
  for (const hard of [false, true]) {
    const volume: Volume = { ...createVolume({ min: [-30, -30, -30], max: [30, 30, 30] }, 1, 0), hard };
    fill(volume, { min: [-30, -30, -30], max: [30, 30, 30] }, (x, y, z) => Math.hypot(x, y, z) - 20, 100);
    const sum = volume.data.reduce((total, value) => total + value, 0) / 100;
    expect(sum / ((4 / 3) * Math.PI * 20 ** 3)).toBeCloseTo(1, 2);
  }
});

test('contrast comes and goes with the phases', () => {
  const { native, arterial, portal, delayed } = ABDOMEN_PHASES;
  expect(arterial.aorta).toBeGreaterThan(portal.aorta);
  expect(portal.portal).toBeGreaterThan(arterial.portal);
  expect(portal.liver - native.liver).toBeGreaterThan(40);
  expect(arterial.tumour - arterial.liver).toBeGreaterThan(30);
  expect(portal.tumour).toBeLessThan(portal.liver);
  expect(delayed.pelvis).toBeGreaterThan(400);
});

test('tissue looks as a radiologist expects in each weighting', () => {
  const t1 = { repetitionTime: 500, echoTime: 9 };
  const t2 = { repetitionTime: 4500, echoTime: 100 };
  const flair = { repetitionTime: 9000, echoTime: 110, inversionTime: 2500 };
  const dwi = { repetitionTime: 5200, echoTime: 80, bValue: 1000 };
  const { csf, grey, white, fat, infarct } = HEAD_MAGNETISM;
  expect(signal(white, t1)).toBeGreaterThan(signal(grey, t1));
  expect(signal(grey, t1)).toBeGreaterThan(signal(csf, t1));
  expect(signal(csf, t2)).toBeGreaterThan(signal(grey, t2));
  expect(signal(grey, t2)).toBeGreaterThan(signal(white, t2));
  expect(signal(csf, flair)).toBeLessThan(signal(white, flair) / 2);
  expect(signal(infarct, dwi)).toBeGreaterThan(signal(grey, dwi) * 1.8);
  expect(infarct.diffusion).toBeLessThan(grey.diffusion);
  expect(signal(fat, { ...t2, fatLeft: 0.1 })).toBeLessThan(signal(fat, t2) / 5);
});
