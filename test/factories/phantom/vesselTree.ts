import type { Random } from '../random.ts';
import { along, paintTube, subtract } from './shapes.ts';
import type { Box, Distance, Vec3, Volume } from './volume.ts';

export interface Branch {
  from: Vec3;
  to: Vec3;
  /** Number of ends this branch feeds: its radius follows from it (Murray's law). */
  ends: number;
  generation: number;
}

/** Random points at least `depth` mm inside a surface. */
export function pointsInside(
  random: Random,
  box: Box,
  distance: Distance,
  depth: number,
  count: number,
): Vec3[] {
  const points: Vec3[] = [];
  for (let tries = 0; points.length < count && tries < count * 60; tries++) {
    const p: Vec3 = [
      random.between(box.min[0], box.max[0]),
      random.between(box.min[1], box.max[1]),
      random.between(box.min[2], box.max[2]),
    ];
    if (distance(p[0], p[1], p[2]) < -depth) points.push(p);
  }
  return points;
}

function mean(points: readonly Vec3[]): Vec3 {
  const sum = [0, 0, 0];
  for (const p of points) for (let axis = 0; axis < 3; axis++) sum[axis] = (sum[axis] ?? 0) + (p[axis] ?? 0);
  return [(sum[0] ?? 0) / points.length, (sum[1] ?? 0) / points.length, (sum[2] ?? 0) / points.length];
}

function widestAxis(points: readonly Vec3[], centre: Vec3): 0 | 1 | 2 {
  const spread = [0, 0, 0];
  for (const p of points) {
    const d = subtract(p, centre);
    for (let axis = 0; axis < 3; axis++) spread[axis] = (spread[axis] ?? 0) + (d[axis] ?? 0) ** 2;
  }
  const [x = 0, y = 0, z = 0] = spread;
  return x >= y && x >= z ? 0 : y >= z ? 1 : 2;
}

/**
 * A tree from a root to every end point: each branch runs part of the way to the middle of the points it
 * feeds, then the points are halved along their widest axis.
 */
export function growTree(root: Vec3, ends: readonly Vec3[], random: Random, reach = 0.45): Branch[] {
  const branches: Branch[] = [];
  const grow = (from: Vec3, points: Vec3[], generation: number): void => {
    const only = points[0];
    if (only === undefined) return;
    if (points.length === 1) {
      branches.push({ from, to: only, ends: 1, generation });
      return;
    }
    const centre = mean(points);
    const straight = along(from, centre, reach + random.between(-0.08, 0.08));
    const to: Vec3 = [
      straight[0] + random.normal() * 1.2,
      straight[1] + random.normal() * 1.2,
      straight[2] + random.normal() * 1.2,
    ];
    branches.push({ from, to, ends: points.length, generation });
    const axis = widestAxis(points, centre);
    const sorted = [...points].sort((a, b) => a[axis] - b[axis]);
    const cut = Math.max(
      1,
      Math.min(points.length - 1, Math.round(points.length * random.between(0.35, 0.65))),
    );
    grow(to, sorted.slice(0, cut), generation + 1);
    grow(to, sorted.slice(cut), generation + 1);
  };
  grow(root, [...ends], 0);
  return branches;
}

/** Radius of a branch in mm when an end has radius `tip`. */
export const radiusOf = (branch: Branch, tip: number, largest = Infinity): number =>
  Math.min(largest, tip * branch.ends ** (1 / 2.75));

/** Paints every branch, thin ones last. */
export function paintTree(
  volume: Volume,
  branches: readonly Branch[],
  tip: number,
  value: number,
  largest = Infinity,
): void {
  for (const branch of branches) {
    const radius = radiusOf(branch, tip, largest);
    paintTube(volume, [branch.from, branch.to], [radius, radius * 0.85], value);
  }
}
