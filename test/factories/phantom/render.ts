import { randomFrom, type Random } from '../random.ts';
import type { Vec3, Volume } from './volume.ts';

/** A picture plane: the centre of the first pixel, directions of row and column, pixel size and matrix (PS3.3 C.7.6.2). */
export interface Plane {
  position: Vec3;
  /** Direction in which the column index grows. */
  row: Vec3;
  /** Direction in which the row index grows. */
  column: Vec3;
  /** Pixel spacing between rows, then between columns, in mm. */
  spacing: readonly [number, number];
  rows: number;
  columns: number;
  /** Slab thickness in mm, averaged through. */
  thickness: number;
}

const isAxis = (v: Vec3): boolean =>
  v.filter((c) => c === 0).length === 2 && v.some((c) => Math.abs(c) === 1);

/**
 * Values of a plane of the volume, averaged through its thickness. Planes along the axes take a
 * quick way: whole voxel planes are averaged first and then interpolated in the plane.
 */
export function sample(volume: Volume, plane: Plane, outside: number): Float32Array {
  return isAxis(plane.row) && isAxis(plane.column)
    ? sampleAlongAxes(volume, plane, outside)
    : sampleOblique(volume, plane, outside);
}

function normalOf(plane: Plane): Vec3 {
  const { row: r, column: c } = plane;
  return [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
}

function sampleOblique(volume: Volume, plane: Plane, outside: number): Float32Array {
  const normal = normalOf(plane);
  const { size, spacing, origin, data } = volume;
  const steps = Math.max(1, Math.min(4, Math.round(plane.thickness / spacing)));
  const values = new Float32Array(plane.rows * plane.columns);
  const [width, height, depth] = [size[0] - 1, size[1] - 1, size[2] - 1];
  const line = size[0];
  const layer = size[0] * size[1];
  const grid = (mm: number): number => mm / spacing;
  const [dx, dy, dz] = [
    grid(plane.row[0] * plane.spacing[1]),
    grid(plane.row[1] * plane.spacing[1]),
    grid(plane.row[2] * plane.spacing[1]),
  ];
  for (let j = 0; j < plane.rows; j++) {
    for (let s = 0; s < steps; s++) {
      const through = ((s + 0.5) / steps - 0.5) * plane.thickness;
      const start = (axis: Axis): number =>
        grid(
          plane.position[axis] +
            plane.column[axis] * j * plane.spacing[0] +
            normal[axis] * through -
            origin[axis],
        );
      let [px, py, pz] = [start(0), start(1), start(2)];
      for (let i = 0; i < plane.columns; i++, px += dx, py += dy, pz += dz) {
        const at = j * plane.columns + i;
        const x = Math.floor(px);
        const y = Math.floor(py);
        const z = Math.floor(pz);
        if (x < 0 || y < 0 || z < 0 || x >= width || y >= height || z >= depth) {
          values[at] = (values[at] ?? 0) + outside;
          continue;
        }
        const fx = px - x;
        const fy = py - y;
        const fz = pz - z;
        const from = z * layer + y * line + x;
        const a = (data[from] ?? 0) * (1 - fx) + (data[from + 1] ?? 0) * fx;
        const b = (data[from + line] ?? 0) * (1 - fx) + (data[from + line + 1] ?? 0) * fx;
        const c = (data[from + layer] ?? 0) * (1 - fx) + (data[from + layer + 1] ?? 0) * fx;
        const d = (data[from + layer + line] ?? 0) * (1 - fx) + (data[from + layer + line + 1] ?? 0) * fx;
        values[at] = (values[at] ?? 0) + (a * (1 - fy) + b * fy) * (1 - fz) + (c * (1 - fy) + d * fy) * fz;
      }
    }
  }
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) / steps;
  return values;
}

type Axis = 0 | 1 | 2;
const axisOf = (v: Vec3): Axis => (v[0] !== 0 ? 0 : v[1] !== 0 ? 1 : 2);

function sampleAlongAxes(volume: Volume, plane: Plane, outside: number): Float32Array {
  const across = axisOf(plane.row);
  const down = axisOf(plane.column);
  const through = (3 - across - down) as Axis;
  const slab = slabOf(volume, across, down, through, plane.position[through], plane.thickness, outside);
  const [width, height] = [volume.size[across], volume.size[down]];
  const values = new Float32Array(plane.rows * plane.columns).fill(outside);
  for (let j = 0; j < plane.rows; j++) {
    const pv =
      (plane.position[down] + plane.column[down] * j * plane.spacing[0] - volume.origin[down]) /
      volume.spacing;
    const v = Math.floor(pv);
    if (v < 0 || v >= height - 1) continue;
    const fv = pv - v;
    for (let i = 0; i < plane.columns; i++) {
      const pu =
        (plane.position[across] + plane.row[across] * i * plane.spacing[1] - volume.origin[across]) /
        volume.spacing;
      const u = Math.floor(pu);
      if (u < 0 || u >= width - 1) continue;
      const fu = pu - u;
      const at = v * width + u;
      const upper = (slab[at] ?? 0) * (1 - fu) + (slab[at + 1] ?? 0) * fu;
      const lower = (slab[at + width] ?? 0) * (1 - fu) + (slab[at + width + 1] ?? 0) * fu;
      values[j * plane.columns + i] = upper * (1 - fv) + lower * fv;
    }
  }
  return values;
}

/** Mean of a slab of the volume as a picture of voxels, `across` to the right and `down` downwards. */
function slabOf(
  volume: Volume,
  across: Axis,
  down: Axis,
  through: Axis,
  centre: number,
  thickness: number,
  outside: number,
): Float32Array {
  const strides: Vec3 = [1, volume.size[0], volume.size[0] * volume.size[1]];
  const [width, height] = [volume.size[across], volume.size[down]];
  const slab = new Float32Array(width * height);
  const steps = Math.max(1, Math.round(thickness / volume.spacing));
  for (let s = 0; s < steps; s++) {
    const place = (centre + ((s + 0.5) / steps - 0.5) * thickness - volume.origin[through]) / volume.spacing;
    const k = Math.floor(place);
    const f = place - k;
    if (k < 0 || k >= volume.size[through] - 1) {
      for (let at = 0; at < slab.length; at++) slab[at] = (slab[at] ?? 0) + outside / steps;
      continue;
    }
    const [near, far] = [(1 - f) / steps, f / steps];
    const base = k * strides[through];
    const next = strides[through];
    for (let v = 0; v < height; v++) {
      let from = base + v * strides[down];
      let at = v * width;
      for (let u = 0; u < width; u++, at++, from += strides[across]) {
        slab[at] = (slab[at] ?? 0) + (volume.data[from] ?? 0) * near + (volume.data[from + next] ?? 0) * far;
      }
    }
  }
  return slab;
}

/** Blurs in place with the kernel [w, 1 − 2w, w] along rows and columns. */
export function blur(values: Float32Array, rows: number, columns: number, w: number): void {
  const line = new Float32Array(Math.max(rows, columns));
  const middle = 1 - 2 * w;
  const pass = (start: number, step: number, count: number): void => {
    for (let n = 0; n < count; n++) line[n] = values[start + n * step] ?? 0;
    for (let n = 1; n < count - 1; n++) {
      values[start + n * step] = (line[n] ?? 0) * middle + ((line[n - 1] ?? 0) + (line[n + 1] ?? 0)) * w;
    }
  };
  for (let j = 0; j < rows; j++) pass(j * columns, 1, columns);
  for (let i = 0; i < columns; i++) pass(i, columns, rows);
}

const TILE = 640;

/** A tile of Gaussian noise (standard deviation 1), correlated over neighbours by `grain` (0 = white), that is cut at random places. */
export function noiseTile(
  seed: string,
  grain: number,
): (random: Random, rows: number, columns: number, add: (at: number, noise: number) => void) => void {
  const random = randomFrom(seed);
  const tile = new Float32Array(TILE * TILE);
  for (let at = 0; at < tile.length; at++) tile[at] = random.normal();
  for (let pass = 0; pass < (grain > 0 ? 2 : 0); pass++) blur(tile, TILE, TILE, grain);
  let square = 0;
  for (const value of tile) square += value * value;
  const scale = 1 / Math.sqrt(square / tile.length);
  for (let at = 0; at < tile.length; at++) tile[at] = (tile[at] ?? 0) * scale;
  return (place, rows, columns, add) => {
    const x0 = Math.floor(place.next() * TILE);
    const y0 = Math.floor(place.next() * TILE);
    for (let j = 0; j < rows; j++) {
      const line = ((y0 + j) % TILE) * TILE;
      for (let i = 0; i < columns; i++) add(j * columns + i, tile[line + ((x0 + i) % TILE)] ?? 0);
    }
  };
}

/** Whole numbers between the limits, as little-endian 16-bit words. */
export function toWords(values: Float32Array, low: number, high: number, signed: boolean): Uint8Array {
  const words = signed ? new Int16Array(values.length) : new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++)
    words[at] = Math.round(Math.min(high, Math.max(low, values[at] ?? 0)));
  return new Uint8Array(words.buffer);
}
