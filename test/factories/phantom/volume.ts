/** A point or direction in mm in the patient coordinate system: x to the left, y to the back, z to the head. */
export type Vec3 = readonly [number, number, number];

export interface Box {
  min: Vec3;
  max: Vec3;
}

/** Values on an isotropic grid; voxel (i, j, k) has its centre at origin + (i, j, k) · spacing. */
export interface Volume {
  size: Vec3;
  spacing: number;
  origin: Vec3;
  data: Int16Array;
  /** Labels instead of values: a voxel is one thing or the other, nothing between. */
  hard?: boolean;
}

/** Signed distance to a surface in mm, negative inside; need only be right near the surface. */
export type Distance = (x: number, y: number, z: number) => number;
/** What is painted: one value, or one that depends on place and depth (distance, negative inside). */
export type Paint = number | ((x: number, y: number, z: number, distance: number) => number);

/** An empty volume that fills the box. */
export function createVolume(box: Box, spacing: number, value: number): Volume {
  const count = (axis: 0 | 1 | 2): number => Math.round((box.max[axis] - box.min[axis]) / spacing) + 1;
  const size: Vec3 = [count(0), count(1), count(2)];
  const data = new Int16Array(size[0] * size[1] * size[2]);
  if (value !== 0) data.fill(value);
  return { size, spacing, origin: box.min, data };
}

export function boxAround(points: readonly Vec3[], margin: number): Box {
  const pick = (axis: 0 | 1 | 2, choose: (...values: number[]) => number): number =>
    choose(...points.map((p) => p[axis]));
  return {
    min: [pick(0, Math.min) - margin, pick(1, Math.min) - margin, pick(2, Math.min) - margin],
    max: [pick(0, Math.max) + margin, pick(1, Math.max) + margin, pick(2, Math.max) + margin],
  };
}

/** Paints the inside of a surface over what is there, with edges softened over one voxel. */
export function fill(volume: Volume, box: Box, distance: Distance, paint: Paint): void {
  const { spacing, origin, size, data } = volume;
  const first = (axis: 0 | 1 | 2): number =>
    Math.max(0, Math.floor((box.min[axis] - origin[axis]) / spacing));
  const last = (axis: 0 | 1 | 2): number =>
    Math.min(size[axis] - 1, Math.ceil((box.max[axis] - origin[axis]) / spacing));
  const [i0, i1, j0, j1, k0, k1] = [first(0), last(0), first(1), last(1), first(2), last(2)];
  const half = volume.hard === true ? 0 : spacing / 2;
  for (let k = k0; k <= k1; k++) {
    const z = origin[2] + k * spacing;
    for (let j = j0; j <= j1; j++) {
      const y = origin[1] + j * spacing;
      let at = (k * size[1] + j) * size[0] + i0;
      for (let i = i0; i <= i1; i++, at++) {
        const x = origin[0] + i * spacing;
        const d = distance(x, y, z);
        if (d >= half) {
          // far outside: no voxel within half that distance can be inside
          const skip = Math.min(24, Math.floor(((d - half) * 0.45) / spacing));
          i += skip;
          at += skip;
        } else if (d <= -half) {
          if (typeof paint === 'number') {
            const run = Math.min(24, Math.floor(((-d - half) * 0.45) / spacing), i1 - i);
            data.fill(paint, at, at + run + 1);
            i += run;
            at += run;
          } else data[at] = paint(x, y, z, d);
        } else {
          const value = typeof paint === 'number' ? paint : paint(x, y, z, d);
          const old = data[at] ?? 0;
          data[at] = old + ((value - old) * (half - d)) / spacing;
        }
      }
    }
  }
}

/** A volume whose voxels hold a label is turned into one that holds that label's value. */
export function withValues(labels: Volume, values: readonly number[]): Volume {
  const { size, spacing, origin } = labels;
  const table = Int16Array.from(values, (value) => Math.round(value));
  return { size, spacing, origin, data: labels.data.map((label) => table[label] ?? 0) };
}

/** Value at a point, interpolated between the eight voxels around it; `outside` beyond the grid. */
export function valueAt(volume: Volume, x: number, y: number, z: number, outside: number): number {
  const { spacing, origin, size, data } = volume;
  const px = (x - origin[0]) / spacing;
  const py = (y - origin[1]) / spacing;
  const pz = (z - origin[2]) / spacing;
  const i = Math.floor(px);
  const j = Math.floor(py);
  const k = Math.floor(pz);
  if (i < 0 || j < 0 || k < 0 || i >= size[0] - 1 || j >= size[1] - 1 || k >= size[2] - 1) return outside;
  const row = size[0];
  const plane = size[0] * size[1];
  const at = k * plane + j * row + i;
  const fx = px - i;
  const fy = py - j;
  const fz = pz - k;
  const a = mix(data[at], data[at + 1], fx);
  const b = mix(data[at + row], data[at + row + 1], fx);
  const c = mix(data[at + plane], data[at + plane + 1], fx);
  const d = mix(data[at + plane + row], data[at + plane + row + 1], fx);
  const near = a + (b - a) * fy;
  return near + (c + (d - c) * fy - near) * fz;
}

function mix(from = 0, to = 0, t: number): number {
  return from + (to - from) * t;
}

/** Length of a vector; `Math.hypot` guards against overflow and is far slower. */
export function norm(x: number, y: number, z = 0): number {
  return Math.sqrt(x * x + y * y + z * z);
}
