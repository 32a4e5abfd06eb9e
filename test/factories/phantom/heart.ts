import {
  add,
  cross,
  curve,
  frame,
  paintTube,
  turnedEllipsoid,
  without,
  both,
  grown,
  type Frame,
} from './shapes.ts';
import { boxAround, fill, type Distance, type Vec3, type Volume } from './volume.ts';

export interface HeartValues {
  fat: number;
  myocardium: number;
  leftBlood: number;
  rightBlood: number;
  aorta: number;
  coronary: number;
  calcium: number;
}

/** Without contrast the blood can hardly be told from the muscle. */
export const PLAIN_HEART: HeartValues = {
  fat: -95,
  myocardium: 46,
  leftBlood: 40,
  rightBlood: 40,
  aorta: 42,
  coronary: 40,
  calcium: 420,
};
/** Coronary CTA: left side full of contrast, right side washed out by the saline chaser. */
export const CTA_HEART: HeartValues = {
  fat: -95,
  myocardium: 112,
  leftBlood: 410,
  rightBlood: 190,
  aorta: 430,
  coronary: 400,
  calcium: 900,
};

export interface HeartShape {
  axes: Frame;
  /** Heart with its fat: what the lungs must leave free. */
  outline: Distance;
  /** Beginning of the ascending aorta. */
  aorticRoot: Vec3;
  pulmonaryRoot: Vec3;
  leftAtrium: Vec3;
  rightAtrium: Vec3;
  coronaries: {
    name: 'LM' | 'LAD' | 'LCX' | 'RCA' | 'D1' | 'OM1' | 'PDA';
    points: Vec3[];
    radius: readonly [number, number];
  }[];
  parts: Record<
    'leftVentricle' | 'leftCavity' | 'rightVentricle' | 'rightCavity' | 'leftAtrium' | 'rightAtrium',
    Distance
  >;
}

/** Shape of a heart whose middle is at `centre`: long axis from the right shoulder to the left hip. */
export function heartShape(centre: Vec3): HeartShape {
  const axes = frame([0.62, -0.56, -0.5], [-0.62, -0.72, 0.12]);
  const { u, v } = axes;
  // w points up: seen along the long axis, v is the side of the right ventricle
  const w: Vec3 = cross(u, v)[2] > 0 ? cross(u, v) : [-axes.w[0], -axes.w[1], -axes.w[2]];
  const at = (along: number, toRight: number, up: number): Vec3 =>
    add(add(add(centre, u, along), v, toRight), w, up);
  const shape = (along: number, toRight: number, up: number, radii: Vec3): Distance =>
    turnedEllipsoid(at(along, toRight, up), { u, v, w }, radii);
  const valvePlane =
    (p: number): Distance =>
    (x, y, z) =>
      -((x - centre[0]) * u[0] + (y - centre[1]) * u[1] + (z - centre[2]) * u[2]) + p;
  const leftVentricle = both(shape(-2, -11, 0, [52, 33, 34]), valvePlane(-26));
  const leftCavity = both(shape(-6, -11, 0, [43, 20.5, 22]), valvePlane(-22));
  const rightOuter = both(shape(-4, 16, 3, [49, 27, 37]), valvePlane(-28));
  const rightVentricle = without(rightOuter, grown(leftVentricle, 0.5));
  const rightCavity = without(
    both(shape(-5, 15, 3, [44, 23, 33]), valvePlane(-25)),
    grown(leftVentricle, 0.8),
  );
  const leftAtrium = shape(-46, -16, 8, [20, 28, 26]);
  const rightAtrium = shape(-42, 30, -8, [23, 23, 31]);
  const heartOuter = shape(-8, 3, 2, [60, 47, 46]);

  // the atrioventricular groove is a ring around the base; the interventricular grooves run to the apex
  const ring = (angle: number, r = 37): Vec3 =>
    at(-28, -11 + Math.cos(angle) * r * 0.98, Math.sin(angle) * r);
  const groove = (along: number, angle: number): Vec3 => {
    const r = 36.5 * Math.sqrt(Math.max(0.02, 1 - ((along + 2) / 56) ** 2));
    return at(along, -11 + Math.cos(angle) * r, Math.sin(angle) * r);
  };
  const front = 1.05;
  const back = -1.0;
  const root = at(-38, 6, 22);
  const leftMain = curve([at(-37, -2, 29), at(-34, -6, 35), groove(-27, front + 0.22)], 4);
  const lad = curve(
    [
      groove(-27, front + 0.22),
      groove(-14, front + 0.06),
      groove(2, front),
      groove(20, front - 0.1),
      groove(36, front - 0.05),
      groove(48, front),
    ],
    6,
  );
  const lcx = curve([groove(-27, front + 0.22), ring(1.75), ring(2.3), ring(2.9), ring(3.5)], 6);
  const rightRing = (angle: number): Vec3 => at(-26, 16 + Math.cos(angle) * 31, 2 + Math.sin(angle) * 36);
  const rca = curve(
    [
      at(-36, 14, 27),
      rightRing(1.15),
      rightRing(0.6),
      rightRing(0),
      rightRing(-0.6),
      rightRing(-1.2),
      groove(-25, back),
    ],
    6,
  );
  const pda = curve([groove(-25, back), groove(-5, back + 0.05), groove(20, back), groove(40, back)], 5);
  const diagonal = curve([groove(-12, front + 0.06), groove(2, front + 0.55), groove(20, front + 0.85)], 5);
  const marginal = curve([ring(2.3), groove(-10, 2.5), groove(12, 2.45), groove(30, 2.4)], 5);
  return {
    axes: { u, v, w },
    outline: grown(heartOuter, 5),
    aorticRoot: root,
    pulmonaryRoot: at(-26, 24, 33),
    leftAtrium: at(-46, -16, 8),
    rightAtrium: at(-42, 30, -8),
    coronaries: [
      { name: 'LM', points: leftMain, radius: [2.3, 2.1] },
      { name: 'LAD', points: lad, radius: [2, 0.9] },
      { name: 'LCX', points: lcx, radius: [1.8, 0.9] },
      { name: 'RCA', points: rca, radius: [2.1, 1.3] },
      { name: 'PDA', points: pda, radius: [1.2, 0.7] },
      { name: 'D1', points: diagonal, radius: [1.1, 0.6] },
      { name: 'OM1', points: marginal, radius: [1.2, 0.6] },
    ],
    parts: { leftVentricle, leftCavity, rightVentricle, rightCavity, leftAtrium, rightAtrium },
  };
}

/** Paints fat, muscle, chambers, papillary muscles and coronary arteries with a calcified plaque in the LAD. */
export function paintHeart(volume: Volume, centre: Vec3, shape: HeartShape, values: HeartValues): void {
  const box = boxAround([centre], 82);
  const { parts } = shape;
  fill(volume, box, shape.outline, values.fat);
  fill(volume, box, parts.rightAtrium, (_x, _y, _z, d) => (d > -2 ? values.myocardium : values.rightBlood));
  fill(volume, box, parts.leftAtrium, (_x, _y, _z, d) => (d > -2 ? values.myocardium : values.leftBlood));
  fill(volume, box, parts.rightVentricle, values.myocardium);
  fill(volume, box, parts.rightCavity, values.rightBlood);
  fill(volume, box, parts.leftVentricle, values.myocardium);
  fill(volume, box, parts.leftCavity, values.leftBlood);
  const { u, v, w } = shape.axes;
  for (const [side, up] of [
    [-20, 12],
    [-18, -12],
  ] as const) {
    const base = add(add(add(centre, u, 18), v, side - 6), w, up);
    paintTube(volume, [base, add(base, u, -20)], [4.5, 2.5], values.myocardium);
  }
  for (const { points, radius } of shape.coronaries) paintTube(volume, points, radius, values.coronary);
  const lad = shape.coronaries.find((artery) => artery.name === 'LAD');
  const plaque = lad?.points.slice(4, 8) ?? [];
  paintTube(
    volume,
    plaque.map((p) => add(p, w, 1.5)),
    1.1,
    values.calcium,
  );
}
