import type { Plane } from './render.ts';
import { cross, dot, unit } from './shapes.ts';
import { norm, valueAt, type Distance, type Vec3, type Volume } from './volume.ts';

/** Highest value through the thickness of a plane (maximum intensity projection of a slab). */
export function sampleMaximum(volume: Volume, plane: Plane): Float32Array {
  const normal = cross(plane.row, plane.column);
  const steps = Math.max(1, Math.round(plane.thickness / volume.spacing));
  const values = new Float32Array(plane.rows * plane.columns).fill(-1000);
  for (let j = 0; j < plane.rows; j++) {
    for (let i = 0; i < plane.columns; i++) {
      let highest = -1000;
      for (let s = 0; s < steps; s++) {
        const depth = ((s + 0.5) / steps - 0.5) * plane.thickness;
        const at = (axis: 0 | 1 | 2): number =>
          plane.position[axis] +
          plane.row[axis] * i * plane.spacing[1] +
          plane.column[axis] * j * plane.spacing[0] +
          normal[axis] * depth;
        highest = Math.max(highest, valueAt(volume, at(0), at(1), at(2), -1000));
      }
      values[j * plane.columns + i] = highest;
    }
  }
  return values;
}

/** Turns a value (HU) into colour and opacity, with the places that are looked at. */
export interface Transfer {
  /** Values below are air. */
  from: number;
  colour: (value: number) => readonly [number, number, number];
  /** Opacity of one millimetre. */
  opacity: (value: number) => number;
  region: Distance;
}

/**
 * Volume rendering: parallel rays from a direction, shaded by the gradient, on black.
 * @returns RGB, row by row
 */
export function renderVolume(
  volume: Volume,
  centre: Vec3,
  from: Vec3,
  size: number,
  pixelMm: number,
  transfer: Transfer,
): Uint8Array {
  const towards = unit([-from[0], -from[1], -from[2]]);
  const right = unit(cross(towards, [0, 0, 1]));
  const down = cross(towards, right);
  const pixels = new Uint8Array(size * size * 3);
  const reach = 95;
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const [a, b] = [(i - size / 2) * pixelMm, (j - size / 2) * pixelMm];
      const base: Vec3 = [
        centre[0] + right[0] * a + down[0] * b,
        centre[1] + right[1] * a + down[1] * b,
        centre[2] + right[2] * a + down[2] * b,
      ];
      let light = 1;
      const sum = [0, 0, 0];
      for (let t = -reach; t < reach && light > 0.03; t += 1) {
        const [x, y, z] = [base[0] + towards[0] * t, base[1] + towards[1] * t, base[2] + towards[2] * t];
        const outside = transfer.region(x, y, z);
        if (outside > 0) {
          t += Math.max(0, outside * 0.6 - 1);
          continue;
        }
        const value = valueAt(volume, x, y, z, -1000);
        if (value < transfer.from) continue;
        const opacity = Math.min(1, transfer.opacity(value));
        const h = 1.2;
        const gradient: Vec3 = [
          valueAt(volume, x + h, y, z, -1000) - valueAt(volume, x - h, y, z, -1000),
          valueAt(volume, x, y + h, z, -1000) - valueAt(volume, x, y - h, z, -1000),
          valueAt(volume, x, y, z + h, -1000) - valueAt(volume, x, y, z - h, -1000),
        ];
        const steep = norm(...gradient);
        const facing = steep < 1 ? 0.5 : Math.max(0, dot(gradient, towards) / steep);
        const shine = facing ** 24 * 0.35;
        const colour = transfer.colour(value);
        for (let c = 0; c < 3; c++)
          sum[c] =
            (sum[c] ?? 0) + light * opacity * ((colour[c] ?? 0) * (0.18 + 0.82 * facing) + 255 * shine);
        light *= 1 - opacity;
      }
      for (let c = 0; c < 3; c++) pixels[(j * size + i) * 3 + c] = Math.min(255, sum[c] ?? 0);
    }
  }
  return pixels;
}
