import { valueNoise } from './noise.ts';
import { norm, type Distance } from './volume.ts';

export const FAT = -102;

export const MUSCLE = 52;

export const spineCurve = (z: number): number => 58 + 0.00042 * (z + 10) ** 2 * (z > -10 ? -0.6 : -0.35);

/** Outline of the trunk: distance of the skin. */
export const trunk: Distance = (x, y, z) => {
  const neck = smooth(128, 172, z);
  const shoulders = smooth(40, 120, z);
  const waist = smooth(-60, -170, z);
  const halfWidth = (168 + shoulders * 22 - waist * 14) * (1 - neck) + 62 * neck;
  const halfDepth = (109 - shoulders * 16 - waist * 2) * (1 - neck) + 62 * neck;
  const dy = y + 1 + 8 * neck;
  return roundedOval(x, dy, halfWidth, halfDepth);
};

/** Distance to an oval that is a little fuller than an ellipse. */
function roundedOval(x: number, y: number, halfWidth: number, halfDepth: number): number {
  const ax = (x / halfWidth) ** 2;
  const ay = (y / halfDepth) ** 2;
  const f = Math.sqrt(ax + ay - 0.32 * Math.min(1, ax) * Math.min(1, ay));
  return (f - 1) * Math.min(halfDepth, norm(x, y) / Math.max(f, 0.2));
}

export function smooth(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Half axes of the thoracic cage at a height. */
export function cage(z: number): readonly [number, number] {
  if (z === lastCage.z) return lastCage.axes;
  lastCage = { z, axes: cageAt(z) };
  return lastCage.axes;
}

let lastCage: { z: number; axes: readonly [number, number] } = { z: NaN, axes: [0, 0] };

function cageAt(z: number): readonly [number, number] {
  const t = Math.max(0, (z - 5) / 112);
  const dome = t >= 1 ? 0 : (1 - t ** 2.5) ** (1 / 2);
  const flare = smooth(0, -130, z) * 6;
  return [(134 + flare) * dome, (86 + flare * 0.5) * (0.25 + 0.75 * dome)];
}

export const cavity: Distance = (x, y, z) => {
  const [a, b] = cage(z);
  if (a < 4) return 20;
  return roundedOval(x, y, a, b);
};

/** Height of the diaphragm: two domes, the right one higher, deep sulci behind. */
function diaphragm(x: number, y: number): number {
  const right = 62 * Math.exp(-(((x + 66) / 62) ** 2) - ((y + 12) / 62) ** 2);
  const left = 50 * Math.exp(-(((x - 70) / 58) ** 2) - ((y + 8) / 60) ** 2);
  return -128 + right + left - 0.14 * y;
}

export function lungSide(side: -1 | 1, heart: Distance): Distance {
  const ripple = valueNoise('lung surface', 22);
  const bulge = valueNoise(`mediastinum ${side}`, 34);
  return (x, y, z) => {
    const wall = cavity(x, y, z) + 3.5;
    if (wall > 3) return wall;
    const front = smooth(-15, -62, y);
    const behind = smooth(20, 50, y);
    const high = smooth(40, 100, z);
    const halfWidth = 20 - 13 * front * (1 - high * 0.5) + behind * (side < 0 ? -3 : 6) + high * 6;
    const middle = 3;
    const medial = halfWidth + bulge(x * 0.3, y, z) * 7 - (x - middle) * side;
    const spine = 24 - norm(x, (y - spineCurve(z)) * 0.95);
    const floor = diaphragm(x, y) - z;
    const d = Math.max(wall, medial, -heart(x, y, z), spine, floor * 0.8);
    return d + ripple(x, y, z) * 0.8;
  };
}

export const belowDiaphragm: Distance = (x, y, z) =>
  z > -40 ? 20 : Math.max(cavity(x, y, z) + 5, z - diaphragm(x, y) + 3);
