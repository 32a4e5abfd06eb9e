import { norm, type Distance } from './volume.ts';

export const spineCurve = (z: number): number => 40 - 0.0006 * (z + 30) ** 2;

export const trunk: Distance = (x, y, z) => {
  const t = Math.max(0, (20 - z) / 140);
  const halfWidth = 166 - 12 * Math.sin(Math.min(1, t) * Math.PI);
  const halfDepth = 112 - 3 * t;
  const flat = y > 0 ? 0.96 : 1;
  const ax = (x / halfWidth) ** 2;
  const ay = (y / (halfDepth * flat)) ** 2;
  const f = Math.sqrt(ax + ay - 0.3 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(halfDepth, norm(x, y) / Math.max(f, 0.2));
};

/** Inside of the abdominal wall. */
export const peritoneum: Distance = (x, y) => {
  const ax = (x / 131) ** 2;
  const ay = ((y + 8) / (y > -8 ? 84 : 82)) ** 2;
  const f = Math.sqrt(ax + ay - 0.32 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(83, norm(x, y + 8) / Math.max(f, 0.2));
};
