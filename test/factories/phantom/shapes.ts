import {
  boxAround,
  fill,
  norm,
  type Box,
  type Distance,
  type Paint,
  type Vec3,
  type Volume,
} from './volume.ts';

export const add = (a: Vec3, b: Vec3, scale = 1): Vec3 => [
  a[0] + b[0] * scale,
  a[1] + b[1] * scale,
  a[2] + b[2] * scale,
];
export const subtract = (a: Vec3, b: Vec3): Vec3 => add(a, b, -1);
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
export const unit = (a: Vec3): Vec3 => {
  const length = norm(a[0], a[1], a[2]) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
export const along = (from: Vec3, to: Vec3, t: number): Vec3 => add(from, subtract(to, from), t);

/** Ellipsoid with its half axes along x, y and z. */
export function ellipsoid(centre: Vec3, radii: Vec3): Distance {
  const [cx, cy, cz] = centre;
  const ix = 1 / radii[0];
  const iy = 1 / radii[1];
  const iz = 1 / radii[2];
  return (x, y, z) => {
    const ax = (x - cx) * ix;
    const ay = (y - cy) * iy;
    const az = (z - cz) * iz;
    const k0 = Math.sqrt(ax * ax + ay * ay + az * az);
    const bx = ax * ix;
    const by = ay * iy;
    const bz = az * iz;
    const k1 = Math.sqrt(bx * bx + by * by + bz * bz);
    return k1 < 1e-6 ? -Math.min(radii[0], radii[1], radii[2]) : (k0 * (k0 - 1)) / k1;
  };
}

/** Axes of a turned shape: three orthogonal unit vectors. */
export interface Frame {
  u: Vec3;
  v: Vec3;
  w: Vec3;
}

/** A right-handed frame from its long axis and a direction that v should point to. */
export function frame(longAxis: Vec3, towards: Vec3): Frame {
  const u = unit(longAxis);
  const v = unit(add(towards, u, -dot(towards, u)));
  return { u, v, w: cross(u, v) };
}

/** Ellipsoid with its half axes along the axes of a frame. */
export function turnedEllipsoid(centre: Vec3, axes: Frame, radii: Vec3): Distance {
  const local = ellipsoid([0, 0, 0], radii);
  const { u, v, w } = axes;
  return (x, y, z) => {
    const p: Vec3 = [x - centre[0], y - centre[1], z - centre[2]];
    return local(dot(p, u), dot(p, v), dot(p, w));
  };
}

/** Box with rounded edges along the axes. */
export function roundedBox(centre: Vec3, half: Vec3, rounding: number): Distance {
  return (x, y, z) => {
    const dx = Math.abs(x - centre[0]) - half[0] + rounding;
    const dy = Math.abs(y - centre[1]) - half[1] + rounding;
    const dz = Math.abs(z - centre[2]) - half[2] + rounding;
    const outside = norm(Math.max(dx, 0), Math.max(dy, 0), Math.max(dz, 0));
    return outside + Math.min(Math.max(dx, dy, dz), 0) - rounding;
  };
}

/** Part of both. */
export const both =
  (a: Distance, b: Distance): Distance =>
  (x, y, z) =>
    Math.max(a(x, y, z), b(x, y, z));
/** Part of either. */
export const either =
  (a: Distance, b: Distance): Distance =>
  (x, y, z) =>
    Math.min(a(x, y, z), b(x, y, z));
/** The first without the second. */
export const without =
  (a: Distance, b: Distance): Distance =>
  (x, y, z) =>
    Math.max(a(x, y, z), -b(x, y, z));
/** Grown (or, with a negative margin, shrunk) by so many mm. */
export const grown =
  (a: Distance, margin: number): Distance =>
  (x, y, z) =>
    a(x, y, z) - margin;

/** A tube from point to point whose radius changes evenly, with round ends. */
export function capsule(from: Vec3, to: Vec3, radiusFrom: number, radiusTo: number): Distance {
  const axis = subtract(to, from);
  const inverse = 1 / Math.max(dot(axis, axis), 1e-9);
  return (x, y, z) => {
    const px = x - from[0];
    const py = y - from[1];
    const pz = z - from[2];
    const t = Math.min(1, Math.max(0, (px * axis[0] + py * axis[1] + pz * axis[2]) * inverse));
    const dx = px - axis[0] * t;
    const dy = py - axis[1] * t;
    const dz = pz - axis[2] * t;
    return Math.sqrt(dx * dx + dy * dy + dz * dz) - (radiusFrom + (radiusTo - radiusFrom) * t);
  };
}

/** Points written as text: `'x y z, x y z'` in mm. */
export function path(text: string): Vec3[] {
  return text.split(',').map((point) => {
    const [x = NaN, y = NaN, z = NaN] = point.trim().split(' ').map(Number);
    return [x, y, z];
  });
}

/** Smooth curve through the points (Catmull-Rom), `steps` pieces between neighbours. */
export function curve(points: readonly Vec3[], steps = 6): Vec3[] {
  const at = (index: number): Vec3 => points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0, 0];
  const made: Vec3[] = [];
  for (let piece = 0; piece < points.length - 1; piece++) {
    const [a, b, c, d] = [at(piece - 1), at(piece), at(piece + 1), at(piece + 2)];
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      const blend = (axis: 0 | 1 | 2): number =>
        0.5 *
        (2 * b[axis] +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t * t * t);
      made.push([blend(0), blend(1), blend(2)]);
    }
  }
  made.push(at(points.length - 1));
  return made;
}

/** Paints a tube along points; the radius is one number or goes evenly from the first to the second. */
export function paintTube(
  volume: Volume,
  points: readonly Vec3[],
  radius: number | readonly [number, number],
  paint: Paint,
): void {
  const [start, end] = typeof radius === 'number' ? [radius, radius] : radius;
  const pieces = points.length - 1;
  for (let piece = 0; piece < pieces; piece++) {
    const [from, to] = [points[piece], points[piece + 1]];
    if (from === undefined || to === undefined) continue;
    const r0 = start + ((end - start) * piece) / pieces;
    const r1 = start + ((end - start) * (piece + 1)) / pieces;
    fill(volume, boxAround([from, to], Math.max(r0, r1) + volume.spacing), capsule(from, to, r0, r1), paint);
  }
}

/** Paints an ellipsoid along the axes. */
export function paintEllipsoid(volume: Volume, centre: Vec3, radii: Vec3, paint: Paint): void {
  const margin = volume.spacing;
  const reach: Vec3 = [radii[0] + margin, radii[1] + margin, radii[2] + margin];
  const box: Box = { min: subtract(centre, reach), max: add(centre, reach) };
  fill(volume, box, ellipsoid(centre, radii), paint);
}

/** Paints a turned ellipsoid. */
export function paintTurned(volume: Volume, centre: Vec3, axes: Frame, radii: Vec3, paint: Paint): void {
  const reach = Math.max(...radii) + volume.spacing;
  fill(volume, boxAround([centre], reach), turnedEllipsoid(centre, axes, radii), paint);
}
